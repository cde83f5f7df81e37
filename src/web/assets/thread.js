// What the page does by itself: ask and show the answer as it comes, show the quote of a mark, vote. Everything that
// is shown was drawn, and escaped, by the server.

const thread = document.getElementById("thread");
const composer = document.getElementById("composer");
const announce = document.getElementById("announce");

/** A name for this browser, so that a person's votes and questions can be found and deleted. */
function visitor() {
  try {
    const known = localStorage.getItem("visitor");
    if (known !== null) return known;
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    const made = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    localStorage.setItem("visitor", made);
    return made;
  } catch {
    return undefined;
  }
}

function say(text) {
  if (announce !== null) announce.textContent = text;
}

/** The element that the server drew. */
function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// --- asking ------------------------------------------------------------------------------------------------------

let asking;
/** Until the person scrolls, the question stays at the top and its answer grows below it. */
let following = false;
for (const moved of ["wheel", "touchmove"])
  document.addEventListener(moved, () => (following = false), { passive: true });

function follow(turn) {
  if (following) turn.scrollIntoView({ block: "start" });
}

async function ask(text) {
  const controller = new AbortController();
  asking = controller;
  const button = composer.querySelector("button");
  button.textContent = "Stop";
  let turn;
  try {
    const response = await fetch("/api/ask", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        text,
        visitor: visitor(),
        ...(thread.dataset.thread === "" ? {} : { thread: thread.dataset.thread }),
      }),
      signal: controller.signal,
    });
    if (!response.ok) {
      const { error } = await response.json().catch(() => ({}));
      throw new Error(error ?? "The server did not take the question.");
    }
    let done = false;
    for await (const { event, data } of events(response)) {
      switch (event) {
        case "turn":
          begin(data.thread, text);
          turn = element(data.html);
          thread.append(turn);
          following = true;
          follow(turn);
          break;
        case "step":
          turn.querySelector(".step").textContent = data.text;
          say(data.text);
          break;
        case "claims":
          showClaims(turn, data.html);
          follow(turn);
          break;
        case "done": {
          const whole = element(data.html);
          turn.replaceWith(whole);
          turn = whole;
          label(turn);
          follow(turn);
          say(data.told);
          done = true;
          break;
        }
        case "failed":
          throw new Error(data.message);
      }
    }
    if (!done) throw new Error("The connection ended before the answer was complete.");
  } catch (error) {
    const stopped = controller.signal.aborted;
    const message = stopped ? "Stopped." : error.message;
    const status = turn?.querySelector(".status");
    if (status) status.textContent = message;
    else showProblem(message);
    say(message);
    // What was typed is not lost.
    if (!stopped && composer.question.value === "") composer.question.value = text;
  } finally {
    asking = undefined;
    button.textContent = "Ask";
  }
}

/** The page of an empty thread becomes the page of this one. */
function begin(id, text) {
  if (thread.dataset.thread === id) return;
  thread.dataset.thread = id;
  history.replaceState(null, "", `/thread/${encodeURIComponent(id)}`);
  document.title = `${text.slice(0, 120)} · ask-marvin`;
  document.querySelector(".start")?.remove();
  const heading = document.querySelector("h1");
  heading.className = "unseen";
  heading.textContent = `Thread: ${text.slice(0, 120)}`;
  composer.question.placeholder = "Ask a follow-up";
  composer.querySelector(".new").hidden = false;
}

/** What stands there so far, above the line that says what is being done. */
function showClaims(turn, html) {
  const blocks = turn.querySelector(".blocks");
  const status = blocks.querySelector(".status");
  const template = document.createElement("template");
  template.innerHTML = html;
  blocks.replaceChildren(template.content, status);
}

function showProblem(message) {
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = message;
  thread.append(note);
}

/** The events of a response, as they come. */
async function* events(response) {
  let rest = "";
  for await (const chunk of chunks(response.body.pipeThrough(new TextDecoderStream()))) {
    rest += chunk;
    const whole = rest.split("\n\n");
    rest = whole.pop();
    for (const part of whole) {
      const event = /^event: (.*)$/m.exec(part)?.[1];
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) };
    }
  }
}

/** Not every browser can loop over a stream. */
async function* chunks(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function send() {
  const text = composer.question.value.trim();
  if (text === "" || asking !== undefined) return;
  composer.question.value = "";
  void ask(text);
}

composer?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (asking === undefined) send();
  else asking.abort();
});
composer?.question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
document.addEventListener("click", (event) => {
  const example = event.target.closest("[data-example]");
  if (example === null) return;
  composer.question.value = example.textContent;
  composer.question.focus();
  send();
});

// --- the quote of a mark -----------------------------------------------------------------------------------------

const card = document.createElement("div");
card.className = "quote-card";
card.id = "quote-card";
card.setAttribute("role", "tooltip");
card.hidden = true;
document.body.append(card);
let openMark;
let closing;

/** The quotes that a mark stands for. */
function quotesOf(mark) {
  const items = mark.closest(".turn")?.querySelectorAll(".quotes li") ?? [];
  return [...items].filter((item) => item.dataset.href === mark.href);
}

/** Says to a screen reader what "[1]" leads to. */
function label(turn) {
  for (const mark of turn.querySelectorAll(".blocks a.mark")) {
    const place = quotesOf(mark)[0]?.querySelector(".place")?.firstChild?.textContent.trim();
    if (place)
      mark.setAttribute("aria-label", `Source ${mark.textContent.replace(/\D/g, "")}: ${place}`);
  }
}

function open(mark) {
  clearTimeout(closing);
  if (openMark === mark) return;
  const quotes = quotesOf(mark);
  close();
  if (quotes.length === 0) return;
  card.replaceChildren(
    ...quotes.flatMap((item) =>
      [...item.querySelectorAll("blockquote, .place")].map((part) => part.cloneNode(true)),
    ),
  );
  card.hidden = false;
  openMark = mark;
  mark.dataset.open = "";
  mark.setAttribute("aria-describedby", card.id);
  place(mark);
}

function place(mark) {
  const box = mark.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  const left = Math.max(
    16,
    Math.min(box.left - 12, document.documentElement.clientWidth - width - 16),
  );
  const below = box.bottom + 6 + height < window.innerHeight || box.top < height + 60;
  card.style.left = `${left + window.scrollX}px`;
  card.style.top = `${(below ? box.bottom + 6 : box.top - height - 6) + window.scrollY}px`;
}

function close() {
  clearTimeout(closing);
  card.hidden = true;
  if (openMark === undefined) return;
  delete openMark.dataset.open;
  openMark.removeAttribute("aria-describedby");
  openMark = undefined;
}

/** The way from the mark to its card is not the end of reading. */
function closeSoon() {
  clearTimeout(closing);
  closing = setTimeout(close, 150);
}

let touched = false;
document.addEventListener("pointerdown", (event) => {
  touched = event.pointerType === "touch";
  if (!event.target.closest(".mark, .quote-card")) close();
});
document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const mark = event.target.closest(".blocks a.mark");
  if (mark !== null) open(mark);
  else if (event.target.closest(".quote-card")) clearTimeout(closing);
  else if (openMark !== undefined && openMark !== document.activeElement) closeSoon();
});
document.addEventListener("focusin", (event) => {
  const mark = event.target.closest(".blocks a.mark");
  if (mark !== null && !touched) open(mark);
  else if (mark === null) close();
});
document.addEventListener("click", (event) => {
  // A finger cannot hover: the first touch shows the quote, the second opens the page.
  const mark = event.target.closest(".blocks a.mark");
  if (mark === null || !touched || openMark === mark || quotesOf(mark).length === 0) return;
  event.preventDefault();
  open(mark);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

// --- votes -------------------------------------------------------------------------------------------------------

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...body, visitor: visitor() }),
  });
  const result = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(result.error ?? "The server did not take it.");
  return result;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".actions button[data-action]");
  if (button === null) return;
  const turn = button.closest(".turn");
  const told = turn.querySelector(".told");
  // A reading that was asked back about: as if its label had been typed.
  if (button.dataset.action.startsWith("choose_option_")) {
    if (asking === undefined && composer !== null) void ask(button.dataset.value);
    return;
  }
  if (!button.dataset.action.startsWith("answer_vote")) {
    told.textContent = "This button does its work in Slack.";
    return;
  }
  try {
    const { vote } = JSON.parse(button.dataset.value);
    await post("/api/vote", { key: turn.dataset.key, vote });
    for (const other of turn.querySelectorAll('[data-action^="answer_vote"]'))
      other.setAttribute("aria-pressed", String(other === button));
    turn.querySelector(".reason")?.remove();
    told.textContent = "Thanks, noted.";
    if (vote === "not-helpful") told.before(reasonForm(turn, vote));
  } catch (error) {
    told.textContent = error.message;
  }
});

/** "What was wrong?", as Slack asks after the same button. */
function reasonForm(turn, vote) {
  const form = document.createElement("form");
  form.className = "reason";
  const id = `reason-${turn.dataset.key}`;
  const name = document.createElement("label");
  name.htmlFor = id;
  name.textContent = "What did you expect, or what is missing?";
  const text = document.createElement("textarea");
  text.id = id;
  text.maxLength = 1000;
  text.rows = 2;
  text.required = true;
  const button = document.createElement("button");
  button.textContent = "Send";
  form.append(name, text, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = turn.querySelector(".told");
    try {
      await post("/api/vote", { key: turn.dataset.key, vote, reason: text.value });
      form.remove();
      told.textContent = "Thanks, that helps to find the weak spots.";
    } catch (error) {
      told.textContent = error.message;
    }
  });
  return form;
}

for (const turn of document.querySelectorAll(".turn")) label(turn);
