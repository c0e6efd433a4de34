// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// What all pages share: head, way around, foot.
struct PageFrame {
    enum Place: Hashable {
        case overview, timeline, entry
    }

    let title: String
    /// The agreement's own title.
    let agreement: String
    let links: Links
    let place: Place
    /// Whether the page's script may fetch it again when something has happened.
    let isLive: Bool
    /// The sentence at the foot that says whose word the page is.
    let trust: HTML

    func render(_ main: HTML) -> String {
        let live: HTML = isLive && links.isNode ? " data-live=\"/api/v1/events\"" : .nothing
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(title) – \(agreement)</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="\(links.style)">
            <script src="\(links.script)" defer></script>
            </head>
            <body\(live)>
            <a class="skip" href="#main">Skip to the content</a>
            <header>
            <p class="site">\(agreement)</p>
            <nav aria-label="Pages"><ul>
            <li>\(link(.overview, links.home, "Overview"))</li>
            <li>\(link(.timeline, links.timeline, "Timeline"))</li>
            <li><a href="\(links.agreement)">Agreement</a></li>
            </ul></nav>
            </header>
            <main id="main" tabindex="-1">
            \(main)</main>
            <p id="news" role="status" class="quiet"></p>
            <footer>
            <p>\(trust)</p>
            </footer>
            </body>
            </html>

            """
        return page.markup
    }

    private func link(_ target: Place, _ address: String, _ name: String) -> HTML {
        let current: HTML = target == place ? " aria-current=\"page\"" : .nothing
        return "<a href=\"\(address)\"\(current)>\(name)</a>"
    }
}

/// What a server says beside every page.
public enum PageHeaders {
    /// Nothing but the server's own style and script, and nothing of anybody else.
    public static let contentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        + "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
