
// Draw every chart of the page from the specification that follows its place.
document.querySelectorAll("script.chart-spec").forEach((source) => {
  const place = source.previousElementSibling;
  const font = getComputedStyle(document.body).fontFamily;
  vegaEmbed(place, JSON.parse(source.textContent), {actions: false, renderer: "svg", config: {font, background: null}})
    .catch((error) => {
      place.textContent = "This chart could not be drawn: " + error.message;
      console.error(error);
    });
});
