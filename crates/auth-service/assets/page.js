// The live parts of the clients' pages. Every page works without this file.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // Leave this page: blank at once, then elsewhere without a way back here.
  const exit = document.getElementById("exit");
  const leave = () => {
    root.classList.add("gone");
    document.title = " ";
    const to = exit.dataset.to;
    navigator.sendBeacon("/exit", new URLSearchParams());
    location.replace(to);
  };
  if (exit) {
    exit.addEventListener("click", (event) => { event.preventDefault(); leave(); });
    exit.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); leave(); }
    });
    let presses = [];
    addEventListener("keyup", (event) => {
      if (event.key !== "Shift") { presses = []; return; }
      const now = event.timeStamp;
      presses = presses.filter((at) => now - at < 2000).concat(now);
      if (presses.length >= 3) leave();
    });
    // A page from the back-forward cache may show what has ended since.
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  // Digits of a PIN as they are read out: in two groups of three.
  const problem = document.querySelector(".problem");
  if (problem) {
    const field = document.querySelector("[aria-invalid=true], main input:not([type=hidden])");
    if (field) field.focus();
  }

  // The browser that asked for the link continues by itself.
  const form = document.getElementById("continue");
  if (form && "byItself" in form.dataset) {
    document.getElementById("continue-status").hidden = false;
    form.requestSubmit();
  }

  // A double press sends once.
  for (const each of document.forms) {
    each.addEventListener("submit", (event) => {
      if (each.dataset.sent) { event.preventDefault(); return; }
      each.dataset.sent = "yes";
      // A clock that is wrong explains to the practice why times seem wrong; a right one is
      // not kept.
      if (each.elements.clock) each.elements.clock.value = String(Date.now());
      setTimeout(() => { delete each.dataset.sent; }, 5000);
    });
  }

  // The waiting page shows what happens without a press. The server holds each
  // question until something changes, at most 20 seconds.
  const news = document.getElementById("news");
  if (!news) return;
  let pause = 1000;
  const ask = async () => {
    try {
      const url = "/waiting/news?v=" + encodeURIComponent(news.dataset.version);
      const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
      if (answer.redirected || answer.status === 410) { location.reload(); return; }
      if (answer.status === 200) {
        news.innerHTML = await answer.text();
        news.dataset.version = answer.headers.get("Latchkey-Version") || "";
      } else if (answer.status !== 204) {
        throw new Error(String(answer.status));
      }
      pause = 1000;
      setTimeout(ask, 50);
    } catch {
      pause = Math.min(pause * 2, 30000);
      setTimeout(ask, pause);
    }
  };
  ask();
})();
