// SPDX-License-Identifier: Apache-2.0

/// The check of one entry's proof, in a browser's own cryptography.
///
/// A second reading of the formats, written from their specifications: RFC 6962 §2.1 and RFC 9162
/// §2.1.3.2 for hashes and paths, C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof
/// and tlog-tiles for the rest, DSSE for the statement's own signature.
enum ProofScript {
    static let text = bytes + formats + keys + checking + page

    private static let bytes = #"""

        const utf8 = (text) => new TextEncoder().encode(text);
        const toText = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
          .decode(bytes);
        const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
        const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

        // Strict: what does not encode back to itself is refused.
        function fromBase64(text) {
          let decoded;
          try { decoded = atob(text); } catch { throw new Error("expected base64"); }
          const bytes = Uint8Array.from(decoded, (letter) => letter.charCodeAt(0));
          if (toBase64(bytes) !== text) throw new Error("expected canonical base64");
          return bytes;
        }

        function join(...parts) {
          const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
          let place = 0;
          for (const part of parts) { all.set(part, place); place += part.length; }
          return all;
        }

        const isSame = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);

        async function sha256(bytes) {
          return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        }

        // RFC 6962 section 2.1: a leaf's hash begins with 0, a node's with 1.
        const hashLeaf = (leaf) => sha256(join(Uint8Array.of(0), leaf));
        const hashNode = (left, right) => sha256(join(Uint8Array.of(1), left, right));

        // RFC 9162 section 2.1.3.2: the root to which a path leads from a leaf's hash.
        async function rootFromPath(leafHash, index, size, path) {
          if (index >= size) throw new Error("the tree has no entry " + index);
          let place = BigInt(index);
          let last = BigInt(size) - 1n;
          let hash = leafHash;
          for (const sibling of path) {
            if (last === 0n) throw new Error("the path is too long");
            if ((place & 1n) === 1n || place === last) {
              hash = await hashNode(sibling, hash);
              while ((place & 1n) === 0n && place !== 0n) { place >>= 1n; last >>= 1n; }
            } else {
              hash = await hashNode(hash, sibling);
            }
            place >>= 1n;
            last >>= 1n;
          }
          if (last !== 0n) throw new Error("the path is too short");
          return hash;
        }

        """#

    private static let formats = #"""

        function parseNumber(text) {
          if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw new Error("expected a number");
          return Number(text);
        }

        // C2SP signed-note: text, an empty line, signature lines.
        function parseNote(note) {
          const end = note.lastIndexOf("\n\n");
          if (end < 0 || !note.endsWith("\n")) throw new Error("expected a signed note");
          const lines = note.slice(end + 2, -1).split("\n");
          const signatures = lines.map((line) => {
            const parts = /^\u2014 (\S+) (\S+)$/.exec(line);
            if (!parts) throw new Error("expected a signature line");
            const bytes = fromBase64(parts[2]);
            if (bytes.length < 5) throw new Error("expected a key ID and a signature");
            return { name: parts[1], id: toHex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
          });
          return { text: note.slice(0, end + 1), signatures };
        }

        // C2SP tlog-checkpoint: origin, size, root.
        function parseCheckpoint(text) {
          const lines = text.split("\n");
          if (lines.length !== 4 || lines[3] !== "") throw new Error("expected a checkpoint");
          const root = fromBase64(lines[2]);
          if (root.length !== 32) throw new Error("expected a root of 32 bytes");
          return { origin: lines[0], size: parseNumber(lines[1]), root };
        }

        // C2SP tlog-proof.
        function parseProof(text) {
          const end = text.indexOf("\n\n");
          const lines = text.slice(0, end).split("\n");
          if (end < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("expected a tlog-proof");
          if (lines[0] && lines[0].startsWith("extra ")) lines.shift();
          const place = /^index (.*)$/.exec(lines.shift() || "");
          if (!place || lines.length > 64) throw new Error("expected an index and a path");
          const path = lines.map((line) => {
            const hash = fromBase64(line);
            if (hash.length !== 32) throw new Error("expected hashes of 32 bytes");
            return hash;
          });
          const note = parseNote(text.slice(end + 2));
          return { index: parseNumber(place[1]), path, note, checkpoint: parseCheckpoint(note.text) };
        }

        // C2SP tlog-tiles: each entry after its length in two bytes.
        function parseBundle(bytes) {
          const entries = [];
          for (let place = 0; place < bytes.length;) {
            const length = bytes[place] * 256 + bytes[place + 1];
            if (!(place + 2 + length <= bytes.length)) throw new Error("the bundle of entries is cut off");
            entries.push(bytes.slice(place + 2, place + 2 + length));
            place += 2 + length;
          }
          return entries;
        }

        // The bundle that holds an entry, of a log of that size: full, or as wide as the log allows.
        function bundlePath(index, width) {
          let number = Math.floor(index / 256);
          let path = String(number % 1000).padStart(3, "0");
          for (number = Math.floor(number / 1000); number > 0; number = Math.floor(number / 1000)) {
            path = "x" + String(number % 1000).padStart(3, "0") + "/" + path;
          }
          return "tile/entries/" + path + (width < 256 ? ".p/" + width : "");
        }

        """#

    private static let keys = #"""

        const ed25519 = 1;
        const cosignature = 4;

        async function keyID(name, algorithm, key) {
          return toHex((await sha256(join(utf8(name + "\n"), Uint8Array.of(algorithm), key))).slice(0, 4));
        }

        // A tlog-policy: the log, the witnesses, how many of them are needed.
        async function parsePolicy(text) {
          const keys = { log: null, monitors: [], needed: 0, parties: null };
          const read = async (vkey) => {
            const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey);
            if (!parts) throw new Error("expected a key as name+id+base64");
            const bytes = fromBase64(parts[3]);
            const key = { name: parts[1], algorithm: bytes[0], key: bytes.slice(1), id: parts[2] };
            if (await keyID(key.name, key.algorithm, key.key) !== key.id) throw new Error("a key ID is wrong");
            return key;
          };
          for (const line of text.split("\n")) {
            const words = line.trim().split(/\s+/);
            if (words[0] === "log") keys.log = await read(words[1]);
            if (words[0] === "witness") keys.monitors.push({ party: words[1], ...await read(words[2]) });
            if (words[0] === "group") keys.needed = words[2] === "all" ? words.length - 3 : Number(words[2]);
          }
          if (!keys.log) throw new Error("the policy names no log");
          return keys;
        }

        // An SPKI of an Ed25519 key in base64, as agreements hold them.
        function rawKey(text) {
          const bytes = fromBase64(text);
          const prefix = "302a300506032b6570032100";
          if (bytes.length !== 44 || toHex(bytes.slice(0, 12)) !== prefix) throw new Error("expected an Ed25519 key");
          return bytes.slice(12);
        }

        // The same from the agreement itself, with the keys that parties sign statements with.
        async function keysOfAgreement(bytes) {
          const agreement = JSON.parse(toText(bytes));
          const { origin, key } = agreement.log;
          const log = { name: origin, algorithm: ed25519, key: rawKey(key) };
          log.id = await keyID(log.name, log.algorithm, log.key);
          const parties = new Map([[origin, { keys: [log.key], threshold: 1 }]]);
          const monitors = [];
          for (const [party, terms] of Object.entries(agreement.parties)) {
            const keys = (terms.keys || [terms.key]).map(rawKey);
            parties.set(party, { keys, threshold: Number(terms.threshold || 1) });
            if (![].concat(terms.roles).includes("monitor")) continue;
            const monitor = { party, name: party + "." + origin.split("/")[0], algorithm: cosignature, key: keys[0] };
            monitor.id = await keyID(monitor.name, monitor.algorithm, monitor.key);
            monitors.push(monitor);
          }
          return { log, monitors, needed: Number(agreement.monitoring.signatures), parties };
        }

        // Null where this browser cannot tell.
        async function verifies(key, signature, message) {
          let imported;
          try {
            imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
          } catch (error) {
            if (error.name === "NotSupportedError") return null;
            return false;
          }
          return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
        }

        async function isSignedByLog(note, log) {
          for (const line of note.signatures.filter((line) => line.name === log.name && line.id === log.id)) {
            const answer = await verifies(log.key, line.bytes, utf8(note.text));
            if (answer !== false) return answer;
          }
          return false;
        }

        // C2SP tlog-cosignature: the time in eight bytes, then the signature.
        async function isCosigned(note, monitor) {
          for (const line of note.signatures.filter((line) => line.name === monitor.name && line.id === monitor.id)) {
            if (line.bytes.length !== 72) continue;
            const time = new DataView(line.bytes.buffer, line.bytes.byteOffset, 8).getBigUint64(0);
            const message = utf8("cosignature/v1\ntime " + time + "\n" + note.text);
            if (await verifies(monitor.key, line.bytes.slice(8), message) === true) return true;
          }
          return false;
        }

        """#

    private static let checking = #"""

        // Everything that can be said about one entry. Each finding has a verdict: true holds, false
        // does not, null was not checked.
        //
        // given: leaf (as logged), shown (as the page has it), proof (text), index, keys, signer
        async function checkProof(given) {
          const findings = [];
          const say = (verdict, text) => findings.push({ verdict, text });
          const attempt = async (what, work) => {
            try { return await work(); } catch (error) { say(false, what + ": " + error.message + "."); }
          };
          if (given.shown && !isSame(given.shown, given.leaf)) {
            say(false, "This page shows another entry than the log serves at this place.");
          } else if (given.shown) {
            say(true, "The entry shown on this page is the one that the log serves at this place.");
          }
          const proof = await attempt("The proof cannot be read", () => parseProof(given.proof));
          if (!proof) return findings;
          if (proof.index !== given.index) {
            say(false, "The proof is of entry " + proof.index + ", not of entry " + given.index + ".");
          }
          const { origin, size, root } = proof.checkpoint;
          const found = await attempt("The proof does not fit the entry", async () =>
            rootFromPath(await hashLeaf(given.leaf), proof.index, size, proof.path));
          if (found && isSame(found, root)) {
            say(true, "The entry's hash leads by the proof's " + proof.path.length + " hashes to the root "
              + toBase64(root) + " of the " + size + " entries of " + origin + ".");
          } else if (found) {
            say(false, "The entry is not in the log at this place: its hash leads to " + toBase64(found)
              + ", but the checkpoint has the root " + toBase64(root) + ".");
          }
          await checkSignatures(given, proof, say);
          await attempt("The statement's signature cannot be checked", () => checkAuthor(given, say));
          return findings;
        }

        async function checkSignatures(given, proof, say) {
          const { log, monitors, needed } = given.keys;
          if (proof.checkpoint.origin !== log.name) {
            say(false, "The checkpoint is of " + proof.checkpoint.origin + ", not of " + log.name + ".");
          }
          const answer = await isSignedByLog(proof.note, log);
          if (answer === null) {
            say(null, "This browser cannot verify Ed25519 signatures: hashes were checked, signatures not.");
            return;
          }
          say(answer, answer ? "The log has signed this checkpoint." : "The log has not signed this checkpoint.");
          const cosigned = [];
          for (const monitor of monitors) {
            if (await isCosigned(proof.note, monitor)) cosigned.push(monitor.party);
          }
          const claimed = monitors.filter((monitor) => proof.note.signatures.some((line) => line.name === monitor.name));
          const bad = claimed.map((monitor) => monitor.party).filter((party) => !cosigned.includes(party));
          if (bad.length > 0) say(false, "What claims to be the cosignature of " + bad.join(", ") + " is none.");
          const names = cosigned.length > 0 ? ": " + cosigned.join(", ") : "";
          say(cosigned.length >= needed ? true : null, cosigned.length + " of " + monitors.length
            + " monitors have cosigned it, " + needed + " are needed" + names + "."
            + (cosigned.length >= needed ? "" : " So far it is the log's word alone; try again later."));
        }

        // DSSE: the signature is over type and payload with their lengths.
        async function checkAuthor(given, say) {
          if (!given.keys.parties) return;
          const envelope = JSON.parse(toText(given.leaf)).statement;
          const party = given.keys.parties.get(given.signer);
          if (!party) {
            say(null, "The agreement has no keys of " + (given.signer || "whoever said this") + ".");
            return;
          }
          const payload = fromBase64(envelope.payload);
          const type = utf8(envelope.payloadType);
          const message = join(utf8("DSSEv1 " + type.length + " "), type, utf8(" " + payload.length + " "), payload);
          let count = 0;
          for (const key of party.keys) {
            for (const line of envelope.signatures) {
              const answer = await verifies(key, fromBase64(line.sig), message);
              if (answer === null) return;
              if (answer) { count += 1; break; }
            }
          }
          const isSigned = count >= party.threshold;
          say(isSigned, isSigned ? "The statement is signed by " + given.signer + "."
            : "The statement is not signed by " + given.signer + ".");
        }

        """#

    private static let page = #"""

        // Something could not be fetched, which says nothing about whether it holds.
        class Unreachable extends Error {}

        async function fetchBytes(address) {
          try {
            const answer = await fetch(address, { cache: "no-store" });
            if (!answer.ok) throw new Error("the answer is " + answer.status);
            return new Uint8Array(await answer.arrayBuffer());
          } catch (error) {
            throw new Unreachable(address + " cannot be fetched: " + error.message);
          }
        }

        // The entry from the log's own files: the widest bundle that a log of that size has of it.
        async function fetchLeaf(tiles, index, size) {
          const start = Math.floor(index / 256) * 256;
          const width = Math.min(256, size - start);
          let bytes;
          try {
            bytes = await fetchBytes(tiles + bundlePath(index, width));
          } catch (error) {
            if (width === 256 || !(error instanceof Unreachable)) throw error;
            bytes = await fetchBytes(tiles + bundlePath(index, 256));
          }
          const leaf = parseBundle(bytes)[index - start];
          if (!leaf) throw new Error("the bundle does not hold entry " + index);
          return leaf;
        }

        // What the check works on: fetched where a page may fetch, otherwise this page's own copies.
        async function gather(form) {
          const { index, receipt, agreement, tiles, signer } = form.dataset;
          const copy = (id) => { const part = document.getElementById(id); return part ? part.textContent : ""; };
          const given = { index: Number(index), signer, shown: utf8(copy("leaf")), sources: [] };
          try {
            given.proof = toText(await fetchBytes(receipt));
            given.leaf = await fetchLeaf(tiles, given.index, parseProof(given.proof).checkpoint.size);
            given.sources.push("entry and proof were fetched from the log's own files");
          } catch (error) {
            if (location.protocol !== "file:" || !(error instanceof Unreachable)) throw error;
            given.proof = copy("receipt");
            given.leaf = given.shown;
            given.shown = null;
            given.sources.push("entry and proof are the copies in this page, as a page opened from a file cannot fetch");
          }
          try {
            const bytes = await fetchBytes(agreement);
            given.agreementID = toHex(await sha256(bytes));
            given.keys = await keysOfAgreement(bytes);
          } catch (error) {
            if (location.protocol !== "file:" || !(error instanceof Unreachable)) throw error;
            given.keys = await parsePolicy(copy("policy"));
          }
          return given;
        }

        // Whose keys these are is the one thing that no page can settle by itself.
        function findingOnKeys(given, wanted) {
          if (wanted && !given.agreementID) {
            return { verdict: null, text: "The agreement could not be fetched, so the id you entered was compared with nothing." };
          }
          if (wanted && wanted !== given.agreementID) {
            return { verdict: false, text: "The agreement served here is " + given.agreementID + ", not the one you entered." };
          }
          if (wanted) {
            return { verdict: true, text: "All keys are those of the agreement whose id you entered." };
          }
          return { verdict: null, text: "The keys come from this same site: whoever made up the log could have made up the keys. "
            + "Enter the agreement's id from a place that you trust to settle this." };
        }

        function show(findings, sources, title) {
          const box = document.getElementById("check-result");
          const line = (finding) => {
            const item = document.createElement("li");
            const sign = document.createElement("b");
            const [mark, word] = finding.verdict === true ? ["\u2713", "holds"]
              : finding.verdict === false ? ["\u2717", "does not hold"] : ["?", "not checked"];
            sign.textContent = mark;
            sign.title = word;
            sign.className = finding.verdict === true ? "pass" : finding.verdict === false ? "fail" : "unknown";
            item.append(sign, finding.text);
            return item;
          };
          const verdict = title ? title : findings.some((one) => one.verdict === false) ? "The proof does not hold."
            : findings.some((one) => one.verdict === null) ? "What could be checked holds; not everything could."
            : "The proof holds.";
          const heading = document.createElement("h3");
          heading.textContent = verdict;
          const list = document.createElement("ul");
          list.className = "checks";
          list.append(...findings.map(line));
          const rest = document.createElement("p");
          rest.className = "quiet";
          rest.textContent = (sources.length > 0 ? "Checked here: " + sources.join("; ") + ". " : "")
            + "Not checked here: that the words above say what the bytes say, that the entry has the effect shown, "
            + "and that this script is what it says it is, since it came from the same place. "
            + "\u201cstandstill verify bundle\u201d checks effects, from a program of your own.";
          box.replaceChildren(heading, list, rest);
        }

        async function checkPage(form) {
          const box = document.getElementById("check-result");
          box.textContent = "Checking\u2026";
          if (!globalThis.crypto || !crypto.subtle) {
            show([{ verdict: null, text: "This browser gives no cryptography to pages that come over plain HTTP: nothing was checked. "
              + "Open the page over HTTPS, from this machine, or from a file." }], [], "Nothing was checked.");
            return;
          }
          try {
            const given = await gather(form);
            const wanted = form.elements["agreement-id"].value.trim();
            const findings = await checkProof(given);
            show([...findings, findingOnKeys(given, wanted)], given.sources);
          } catch (error) {
            const isOpen = error instanceof Unreachable;
            show([{ verdict: isOpen ? null : false, text: error.message + "." }], [],
              isOpen ? "The check could not be finished." : "The proof does not hold.");
          }
        }

        """#
}
