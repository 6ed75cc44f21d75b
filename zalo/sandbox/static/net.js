// Talking to the simulated Zalo: requests, and word of changes by server-sent events or, failing that, every second.

export async function ask(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(`/__control/${path}`, options);
  } catch {
    throw new Error("Không kết nối được với Zalo mô phỏng. Hãy kiểm tra nó còn chạy không.");
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error || "Zalo mô phỏng không làm được việc này.");
  return data;
}

export const act = (person, oa, name, values = {}) =>
  ask("POST", `people/${encodeURIComponent(person)}/act/${oa}/${name}`, values);

export function sendFile(person, oa, file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return ask("POST", `people/${encodeURIComponent(person)}/file/${oa}`, form);
}

// Calls changed() at every change concerning `person`; returns a function that stops it.
export function watch(person, changed) {
  let timer = 0;
  const poll = () => { timer ||= setInterval(changed, 1000); };
  const source = new EventSource(`/__control/stream?person=${encodeURIComponent(person)}`);
  source.addEventListener("open", () => { clearInterval(timer); timer = 0; changed(); });
  source.addEventListener("change", changed);
  source.addEventListener("error", poll);
  return () => { source.close(); clearInterval(timer); };
}
