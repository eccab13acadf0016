// The moving map: the same events as the drawn one, with zoom and a slider through time. Without it the drawing stays.
const ground = document.getElementById("ground");
const moving = ground.querySelector(".moving");
const slider = document.querySelector("form.slider");
const DAY = 86_400_000;
const WINDOW = 14;

// A colour of the desk as MapLibre reads it; its variables are followed into light and dark.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// The countries are fetched here and not by the library's worker, whose own policy lets it fetch nothing.
const style = (countries) => ({
  version: 8,
  sources: {
    base: { type: "geojson", data: countries },
    areas: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
  },
  layers: [
    { id: "sea", type: "background", paint: { "background-color": colour("--here") } },
    { id: "land", type: "fill", source: "base", paint: { "fill-color": colour("--sheet") } },
    { id: "borders", type: "line", source: "base", paint: { "line-color": colour("--edge"), "line-width": 0.8 } },
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": colour("--accent"), "fill-opacity": 0.08 } },
  ],
});

const grouped = (events) => {
  const places = new Map();
  for (const event of events) {
    const key = event.properties.place;
    if (!places.has(key)) places.set(key, []);
    places.get(key).push(event);
  }
  return places;
};

// Where a place of several events leads: to its part of the list, which has the same name as the drawing's link.
const listed = new Map([...document.querySelectorAll("section.place")].map((one) => [one.querySelector("h3").firstChild.textContent.trim(), `#${one.id}`]));

const pin = (events) => {
  const [first] = events;
  const link = document.createElement("a");
  link.className = "pin";
  link.href = events.length === 1 ? `/events/${encodeURIComponent(first.properties.id)}` : listed.get(first.properties.name) ?? "#";
  link.textContent = String(events.length);
  const told = `${first.properties.name}: ${events.length} ${ground.dataset.events}`;
  link.setAttribute("aria-label", told);
  link.title = told;
  return link;
};

const label = (place) => {
  const said = document.createElement("span");
  said.className = "place-name";
  said.textContent = place.properties.name;
  return said;
};

// Of names that lie on one another only the first is shown.
const untangle = (labels) => {
  const kept = [];
  for (const one of labels) {
    one.classList.remove("off");
    const box = one.getBoundingClientRect();
    const meets = kept.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
    if (meets) one.classList.add("off");
    else kept.push(box);
  }
};

const read = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
};

const start = async () => {
  const [library, { features }, countries] = await Promise.all([
    import(ground.dataset.library),
    read(ground.dataset.features),
    read(ground.dataset.base),
  ]);
  const of = (kind) => features.filter((one) => one.properties.kind === kind);
  const [events, places] = [of("event"), of("place")];
  const seen = (events.length ? events : places).map((one) => one.geometry.coordinates);
  if (!seen.length) return;
  moving.hidden = false;
  library.setWorkerUrl(new URL(ground.dataset.worker, location.href).href);
  const bounds = seen.reduce((box, at) => box.extend(at), new library.LngLatBounds(seen[0], seen[0]));
  const map = new library.Map({
    container: moving, style: style(countries), bounds, attributionControl: false,
    fitBoundsOptions: { padding: 60, maxZoom: 8 }, cooperativeGestures: true, dragRotate: false,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }));
  map.getCanvas().setAttribute("aria-label", ground.dataset.said);
  await new Promise((resolve, reject) => { map.once("load", resolve); map.once("error", (event) => reject(event.error)); });
  map.getSource("areas").setData({ type: "FeatureCollection", features: of("area") });
  ground.querySelector(".drawn").hidden = true;

  const named = new Set(events.map((one) => one.properties.place));
  const labels = [];
  places.sort((a, b) => named.has(b.properties.id) - named.has(a.properties.id));
  for (const place of places) {
    const element = label(place);
    labels.push(element);
    new library.Marker({ element, anchor: "left", offset: [16, 0] }).setLngLat(place.geometry.coordinates).addTo(map);
  }
  map.on("idle", () => untangle(labels));
  let pins = [];
  const show = (chosen) => {
    for (const one of pins) one.remove();
    pins = [...grouped(chosen).values()].map((there) => new library.Marker({ element: pin(there) }).setLngLat(there[0].geometry.coordinates).addTo(map));
  };
  show(events);
  travel(events, show);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
};

const travel = (events, show) => {
  if (events.length < 2) return;
  const days = events.map((one) => Math.floor(Date.parse(one.properties.when) / DAY));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const [day, said, every] = [slider.querySelector("#day"), slider.querySelector("output"), slider.querySelector("[data-every]")];
  const written = new Intl.DateTimeFormat(ground.dataset.lang === "fr" ? "fr-FR" : "en-GB", { dateStyle: "medium", timeZone: "UTC" });
  const choose = (all) => {
    const until = Number(day.value);
    every.setAttribute("aria-pressed", String(all));
    const told = ground.dataset.until.replace("{day}", written.format(new Date(until * DAY)));
    said.textContent = all ? every.textContent : told;
    day.setAttribute("aria-valuetext", told);
    show(all ? events : events.filter((one, number) => days[number] <= until && days[number] > until - WINDOW));
  };
  day.min = String(first);
  day.max = String(last);
  day.value = String(last);
  day.addEventListener("input", () => choose(false));
  every.addEventListener("click", () => choose(true));
  slider.addEventListener("submit", (event) => event.preventDefault());
  slider.hidden = false;
  choose(true);
};

if (ground.dataset.library && ground.dataset.base) start().catch((error) => { console.warn("map", error?.message ?? String(error));
  // No WebGL, or a file is missing: the drawing says the same.
  moving.hidden = true;
  ground.querySelector(".drawn").hidden = false;
});
