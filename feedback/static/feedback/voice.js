// Comforts of the feedback pages: smaller photos, a pin, ready answers. Every page works without them.
"use strict";

const LARGEST_SIDE = 2048;
const METRES_A_DEGREE = 111320;

// Photos of ten and twenty megabytes are made small on the phone before they travel.
async function shrink(file) {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || file.size < 1.5e6) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
}

for (const input of document.querySelectorAll('input[type="file"][multiple]')) {
  input.addEventListener("change", async () => {
    const small = new DataTransfer();
    let changed = false;
    for (const file of input.files) {
      const kept = await shrink(file).catch(() => file);
      changed ||= kept !== file;
      small.items.add(kept);
    }
    if (!changed) return;
    input.files = small.files;
    const said = document.getElementById("tep-nho");
    if (said) said.textContent = said.dataset.text;
  });
}

// The pin: the phone's position on an empty grid of fifty metres, moved by touch or arrows. No map is fetched.
const place = document.querySelector("[data-place]");
if (place && navigator.geolocation) {
  const [latitude, longitude] = ["latitude", "longitude"].map((name) => place.querySelector(`[name="${name}"]`));
  const [locate, forget, said] = ["locate", "forget", "said"].map((name) => place.querySelector(`[data-${name}]`));
  const map = place.querySelector(".pin-map");
  let centre = null;
  locate.hidden = false;

  const show = (accuracy) => {
    const lat = Number(latitude.value);
    const lon = Number(longitude.value);
    centre ||= { lat, lon, accuracy: accuracy || 30 };
    const x = 160 + ((lon - centre.lon) * METRES_A_DEGREE * Math.cos((centre.lat * Math.PI) / 180)) / 2;
    const y = 100 - ((lat - centre.lat) * METRES_A_DEGREE) / 2;
    const lines = [];
    for (let step = 10; step < 320; step += 25) lines.push(`<path class="grid" d="M${step} 0V200"/>`);
    for (let step = 0; step < 200; step += 25) lines.push(`<path class="grid" d="M0 ${step}H320"/>`);
    map.innerHTML = `${lines.join("")}<circle class="around" cx="160" cy="100" r="${Math.min(90, centre.accuracy / 2)}"/>
      <path class="pin" d="M${x} ${y}l-9-18a10 10 0 1 1 18 0z"/><text x="8" y="192">50 m / ô</text>`;
    map.toggleAttribute("hidden", false);
    forget.hidden = false;
    said.textContent = `${said.dataset.kept}: ${lat.toFixed(5)}, ${lon.toFixed(5)}`;
  };
  const put = (lat, lon, accuracy) => {
    latitude.value = lat.toFixed(5);
    longitude.value = lon.toFixed(5);
    show(accuracy);
  };
  const move = (east, north) => {
    const lat = Number(latitude.value) + north / METRES_A_DEGREE;
    put(lat, Number(longitude.value) + east / (METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180)));
  };

  locate.addEventListener("click", () => {
    said.textContent = said.dataset.wait;
    centre = null;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => put(coords.latitude, coords.longitude, coords.accuracy),
      () => (said.textContent = said.dataset.denied),
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
  forget.addEventListener("click", () => {
    latitude.value = longitude.value = "";
    map.toggleAttribute("hidden", true);
    forget.hidden = true;
    said.textContent = "";
  });
  map.addEventListener("click", (event) => {
    const box = map.getBoundingClientRect();
    const east = (((event.clientX - box.left) / box.width) * 320 - 160) * 2;
    const north = (100 - ((event.clientY - box.top) / box.height) * 200) * 2;
    put(centre.lat + north / METRES_A_DEGREE, centre.lon + east / (METRES_A_DEGREE * Math.cos((centre.lat * Math.PI) / 180)));
  });
  map.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] }[event.key];
    if (!step) return;
    event.preventDefault();
    move(...step);
  });
  if (latitude.value && longitude.value) show();
}

// Ready answers while a question is typed.
const form = document.querySelector("[data-suggest]");
const offered = document.getElementById("goi-y");
if (form && offered) {
  const text = form.querySelector("textarea[name=text]");
  let asked = "";
  text.addEventListener("blur", async () => {
    const kind = form.querySelector("input[name=kind]:checked");
    const typed = text.value.trim();
    if (typed.length < 10 || typed === asked) return;
    asked = typed;
    const body = new URLSearchParams({ text: typed, kind: kind ? kind.value : "" });
    const answer = await fetch(form.dataset.suggest, { method: "POST", body }).catch(() => null);
    if (answer && answer.ok) offered.innerHTML = await answer.text();
  });
}

// "Back" keeps what was typed; the plain link is for browsers without scripts.
for (const link of document.querySelectorAll("[data-back]")) {
  link.addEventListener("click", (event) => {
    if (history.length < 2) return;
    event.preventDefault();
    history.back();
  });
}
