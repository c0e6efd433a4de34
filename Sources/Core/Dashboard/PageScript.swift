// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// What the pages do beside being read: they stay fresh, say how far away deadlines are, and check
/// proofs. Everything else works without it.
public enum PageScript {
    /// The file `page.js`.
    public static let text =
        "// SPDX-License-Identifier: Apache-2.0\n\"use strict\";\n" + ProofScript.text + clocks
        + refreshing + starting

    static let digest = Digest.sha256(Array(text.utf8))

    private static let clocks = #"""

        // How far away an instant is, in the largest unit that is not a fraction.
        function distance(milliseconds) {
          const size = Math.abs(milliseconds);
          const units = [["d", 86400000], ["h", 3600000], ["min", 60000]];
          const unit = units.find(([, length]) => size >= length);
          if (!unit) return milliseconds >= 0 ? "in less than a minute" : "just now";
          const count = Math.floor(size / unit[1]) + "\u00a0" + unit[0];
          return milliseconds >= 0 ? "in\u00a0" + count : count + " ago";
        }

        function sayDistances(now) {
          for (const time of document.querySelectorAll("time.due")) {
            const at = Date.parse(time.dateTime);
            if (Number.isNaN(at)) continue;
            let away = time.nextElementSibling;
            if (!away || !away.classList.contains("away")) {
              away = document.createElement("span");
              away.className = "away";
              time.after(" ", away);
            }
            away.textContent = "(" + distance(at - now) + ")";
          }
        }

        """#

    private static let refreshing = #"""

        // Puts a newer page's main part in place of this one's, without closing what a reader opened.
        function replaceMain(text) {
          const page = new DOMParser().parseFromString(text, "text/html");
          const fresh = page.querySelector("main");
          const stale = document.querySelector("main");
          if (!fresh || !stale) return false;
          for (const part of stale.querySelectorAll("details[id]")) {
            const same = fresh.querySelector("#" + CSS.escape(part.id));
            if (same) same.open = part.open;
          }
          const focused = stale.contains(document.activeElement) ? document.activeElement : null;
          if (focused && /^(INPUT|SELECT|TEXTAREA)$/.test(focused.tagName)) return false;
          const place = focused && focused.closest("details[id]");
          stale.replaceWith(document.adoptNode(fresh));
          document.title = page.title;
          if (place) {
            const again = document.getElementById(place.id);
            const summary = again && again.querySelector("summary");
            if (summary) summary.focus({ preventScroll: true });
          }
          return true;
        }

        // Fetches the page again when the node says that something has happened, but not more often
        // than every five seconds.
        function stayFresh(events) {
          let isWaiting = false;
          let entries = 0;
          async function refresh() {
            isWaiting = false;
            try {
              const answer = await fetch(location.href, { cache: "no-store" });
              if (!answer.ok || !replaceMain(await answer.text())) return;
              sayDistances(Date.now());
              if (entries > 0) {
                const what = entries === 1 ? "1 new entry" : entries + " new entries";
                document.getElementById("news").textContent = what + "; this page is up to date.";
                entries = 0;
              }
            } catch {
              document.getElementById("news").textContent =
                "The node cannot be reached; this page may be out of date.";
            }
          }
          function soon() {
            if (isWaiting || document.hidden) return;
            isWaiting = true;
            setTimeout(refresh, 5000);
          }
          const source = new EventSource(events);
          source.addEventListener("entry", () => { entries += 1; soon(); });
          source.addEventListener("order", soon);
          document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
        }

        """#

    private static let starting = #"""

        if (typeof document !== "undefined") {
          sayDistances(Date.now());
          setInterval(() => sayDistances(Date.now()), 30000);
          const events = document.body.dataset.live;
          if (events && typeof EventSource !== "undefined") stayFresh(events);
          const form = document.getElementById("check");
          if (form) {
            form.hidden = false;
            form.addEventListener("submit", (event) => {
              event.preventDefault();
              checkPage(form);
            });
          }
        } else if (typeof module !== "undefined") {
          module.exports = { checkProof, rootFromPath, hashLeaf, parseProof, parseNote,
            parseCheckpoint, parseBundle, parsePolicy, keysOfAgreement, bundlePath, distance,
            fromBase64, toBase64 };
        }

        """#
}
