// Keeps one page for when there is no connection, and the pages of dossiers somebody asked this phone to keep.
const NAME = {{ name|safe }};
const KEPT = {{ kept|safe }};
const PAGE = {{ page|safe }};
const SAVED = {{ saved|safe }};
const SAVED_DAYS = 60;

const open = () => caches.open(SAVED);
const pathOf = (request) => new URL(request.url).pathname;
const changed = async (response, change) =>
  new Response(change(await response.text()), { status: 200, headers: response.headers });

// A kept page is as new as the last visit; one that is gone, or that nobody opened for long, is not kept.
async function renew(request, response) {
  const saved = await open();
  if (!(await saved.match(pathOf(request)))) return;
  if (response.ok) await saved.put(pathOf(request), response);
  else if (response.status === 404) await saved.delete(pathOf(request));
}

async function forgetOld() {
  const saved = await open();
  for (const request of await saved.keys()) {
    const at = Date.parse((await saved.match(request)).headers.get("Date") || "");
    if (at && Date.now() - at > SAVED_DAYS * 86400000) await saved.delete(request);
  }
}

async function withoutNetwork(request) {
  const saved = await open();
  const kept = await saved.match(pathOf(request));
  if (kept) return changed(kept, (html) => html.replace("data-saved-note hidden", "data-saved-note"));
  const links = [];
  for (const each of await saved.keys()) {
    const [, title] = (await (await saved.match(each)).text()).match(/<title>([^<]*)</) || [];
    links.push(`<li><a href="${pathOf(each)}">${(title || "").trim()}</a></li>`);
  }
  const page = await caches.match(PAGE);
  return links.length
    ? changed(page, (html) => html.replace(/<h2 data-saved hidden>([^]*?)<\/h2>/, (all, words) => `<h2>${words}</h2><ul>${links.join("")}</ul>`))
    : page;
}

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== NAME && name !== SAVED).map((name) => caches.delete(name));
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names))).then(forgetOld).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    const answer = fetch(request);
    event.respondWith(answer.then((response) => response.clone()).catch(() => withoutNetwork(request)));
    event.waitUntil(answer.then((response) => renew(request, response)).catch(() => {}));
  } else if (KEPT.includes(pathOf(request))) {
    event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
  }
});
