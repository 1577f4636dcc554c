// Draws each chart of the report from the specifications beside it; the rows come as arrays, which are half as long as objects.
(() => {
  const charts = JSON.parse(document.getElementById("trainmon-charts").textContent);
  const look = {
    background: "transparent",
    font: "system-ui, -apple-system, Segoe UI, Roboto, Liberation Sans, Arial, sans-serif",
    view: { stroke: null },
    axis: { labelFontSize: 12, titleFontSize: 13, titleFontWeight: "normal", titlePadding: 8 },
    legend: { labelFontSize: 13 },
  };
  const rows = ({ columns, data }) => data.map((row) => Object.fromEntries(row.map((cell, at) => [columns[at], cell])));
  for (const [id, { spec, tables }] of Object.entries(charts)) {
    const datasets = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, rows(table)]));
    const whole = { ...spec, datasets, width: "container", autosize: { type: "fit-x", contains: "padding" } };
    vegaEmbed(document.getElementById(id), whole, { actions: false, renderer: "svg", config: look }).catch((error) => {
      document.getElementById(id).textContent = `This chart could not be drawn: ${error.message}`;
    });
  }
})();
