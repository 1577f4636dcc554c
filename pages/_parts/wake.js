// The page's ear: it hears that what the page shows has changed, and asks for that part anew. In a hidden tab it is deaf.
// It also counts the seconds since the last row, by the browser's own clock from the age that the server gave.

const RETRY_SECONDS = [2, 5, 15, 60];
const LONG_HIDDEN_SECONDS = 15;
const ears = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!ears.has(parentElement)) ears.set(parentElement, makeEar());
  const ear = ears.get(parentElement);
  ear.follow(data, setTriggerValue);
  return () => {
    ear.close();
    ears.delete(parentElement);
  };
}

function makeEar() {
  let what = {}, tell = null; // what to follow, and Streamlit's way to the callback
  let socket = null, tries = 0, retry = null, poll = null, ticking = null;
  let seen = 0, drawn = 0, hiddenSince = null, title = null;

  const visible = () => document.visibilityState === "visible";
  const wake = () => { drawn += 1; tell("woken", { seen, drawn }); };

  function follow(data, setTriggerValue) {
    const moved = data.address !== what.address;
    const repaced = data.poll !== what.poll;
    if (data.seen !== what.seen) seen = data.seen;
    what = data;
    tell = setTriggerValue;
    if (moved) { disconnect(); connect(); }
    else if (repaced && poll !== null) { stopPolling(); startPolling(); }
    tick();
    ticking ??= setInterval(tick, 1000);
  }

  function connect() {
    if (socket !== null || !visible() || !what.address) return;
    const url = new URL(what.address, root());
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("drawn", drawn);
    const opened = socket = new WebSocket(url);
    let greeted = false;
    startPolling(); // until a message has come through
    opened.onmessage = (event) => {
      if (socket !== opened) return;
      const missed = seen !== Number(event.data);
      seen = Number(event.data);
      if (greeted || missed) wake(); // the greeting says which revision it is now, and that messages get through
      greeted = true;
      tries = 0;
      stopPolling();
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = null;
      startPolling();
      retryLater();
    };
  }

  function disconnect() {
    const closed = socket;
    socket = null;
    if (closed?.readyState === WebSocket.CONNECTING) closed.onopen = () => closed.close(); // else the console complains
    else closed?.close();
    clearTimeout(retry);
    stopPolling();
  }

  function retryLater() {
    const seconds = RETRY_SECONDS[Math.min(tries, RETRY_SECONDS.length - 1)];
    tries += 1;
    retry = setTimeout(connect, 1000 * seconds);
  }

  function startPolling() {
    if (poll === null && what.poll && what.address && visible()) poll = setInterval(wake, 1000 * what.poll);
  }

  function stopPolling() {
    clearInterval(poll);
    poll = null;
  }

  // A page at "<base>/" or "<base>/loss": links are relative to the base, also where the base has no slash at its end.
  function root() {
    const url = new URL(document.baseURI);
    const base = `/${what.base}`;
    return what.base && url.pathname === base ? new URL(`${base}/`, url) : url;
  }

  function turn() {
    date();
    if (!visible()) {
      hiddenSince = Date.now();
      disconnect();
      return;
    }
    const long = hiddenSince !== null && Date.now() - hiddenSince > 1000 * LONG_HIDDEN_SECONDS;
    hiddenSince = null;
    connect();
    if (long && what.poll && what.address) wake(); // states may have changed with the clock alone
    tick();
  }

  // A hidden tab is deaf, but its title is read: while something runs it says of when it is, "62 % running (14:35)".
  function date() {
    if (title !== null && document.title === title.dated) document.title = title.plain;
    title = null;
    if (visible() || !what.poll || !what.address) return;
    const plain = document.title;
    document.title = `${plain} (${new Date().toTimeString().slice(0, 5)})`;
    title = { plain, dated: document.title };
  }

  function tick() {
    if (!visible() || !what.address) return;
    for (const place of document.querySelectorAll("[data-tm-age]")) {
      const given = `${place.dataset.tmAge} ${place.dataset.tmDrawn}`;
      if (place.tmGiven !== given) {
        place.tmGiven = given;
        place.tmSince = Date.now() - 1000 * Number(place.dataset.tmAge);
      }
      const words = duration((Date.now() - place.tmSince) / 1000, what.units);
      if (place.textContent !== words) place.textContent = words;
    }
  }

  function close() {
    document.removeEventListener("visibilitychange", turn);
    clearInterval(ticking);
    disconnect();
  }

  document.addEventListener("visibilitychange", turn);
  return { follow, close };
}

// The words of wording.duration: `units` are its own [size in seconds, unit, size of the smaller unit, smaller unit].
function duration(seconds, units) {
  const total = Math.max(0, Math.round(seconds));
  for (const [size, unit, below, small] of units) {
    if (total >= size) {
      const rest = Math.floor((total % size) / below);
      return `${Math.floor(total / size)} ${unit}${rest ? ` ${rest} ${small}` : ""}`;
    }
  }
  return `${total} s`;
}
