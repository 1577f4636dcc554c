// One step back leads to the page or the run before. What Streamlit writes into the address while a page stays the same
// (a control that the page has not, taken out again) is no step: it replaces the entry that is there.
(() => {
  if (window.trainmonHistory) return;
  window.trainmonHistory = true;
  const push = history.pushState.bind(history);
  const place = (url) => {
    const asked = ["run", "baseline", "until"].map((name) => url.searchParams.getAll(name));
    return JSON.stringify([url.pathname, asked]);
  };
  history.pushState = (state, title, address) => {
    const there = new URL(address ?? "", location.href);
    const same = place(there) === place(new URL(location.href));
    return same ? history.replaceState(state, title, address) : push(state, title, address);
  };
})();
