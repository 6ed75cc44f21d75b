// Reads the QR of a receipt with the phone's camera, where the browser knows how to.
"use strict";

(() => {
  const offer = document.querySelector("[data-scan]");
  if (!offer || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const frame = document.querySelector("[data-scanner]");
  const video = frame.querySelector("video");
  const status = frame.querySelector("[data-scan-status]");
  const number = document.getElementById("o-number");
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let stream = null;

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };

  const stop = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    frame.hidden = true;
    offer.hidden = false;
  };

  // Only addresses of this site are opened; anything else is not a receipt of ours.
  const follow = (text) => {
    const path = /^https?:/i.test(text) ? new URL(text) : null;
    if (path && path.host === location.host && /^\/(h|x)\/[\w-]+\/$/.test(path.pathname)) {
      stop();
      location.assign(path.pathname);
    } else if (!path && /^[0-9A-Za-z.\- ]{10,45}$/.test(text)) {
      stop();
      number.value = text;
      number.focus();
    } else {
      say(status.dataset.foreign);
    }
  };

  const look = async () => {
    if (!stream) return;
    try {
      const codes = await detector.detect(video);
      if (codes.length) follow(codes[0].rawValue.trim());
    } catch {
      // The first frames come before the camera is ready.
    }
    if (stream) setTimeout(look, 200);
  };

  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", async () => {
    offer.hidden = true;
    frame.hidden = false;
    say(status.dataset.none);
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      say(status.dataset.denied);
      return;
    }
    video.srcObject = stream;
    await video.play();
    look();
  });
  frame.querySelector("[data-scan-stop]").addEventListener("click", stop);
})();
