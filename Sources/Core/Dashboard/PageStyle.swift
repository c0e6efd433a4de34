// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// How the pages look: on a screen of 320 pixels and of any other, in light and dark, on paper.
public enum PageStyle {
    /// The file `page.css`.
    public static let text = colours + page + drawing

    /// What a drawing brings along as a file of its own.
    static let file =
        colours + drawing + """
            svg{font-family:system-ui,sans-serif}
            .ground{fill:var(--ground)}
            .chart .title{font-size:15px;font-weight:600;fill:var(--text)}

            """

    static let digest = Digest.sha256(Array(text.utf8))

    /// Both schemes; every text has a contrast of 4.5 to 1 at least.
    static let colours = """
        :root{color-scheme:light dark;--ground:#ffffff;--text:#1b1f24;--quiet:#57606a;--line:#d0d7de;
        --panel:#f6f8fa;--link:#0b57d0;--bad:#b3261e;--unsure:#7a5c00;--good:#1a6b3c;--trend:#5a3fa0}
        @media (prefers-color-scheme:dark){:root{--ground:#12161b;--text:#e6e9ec;--quiet:#a3adb8;
        --line:#39424d;--panel:#1b2128;--link:#8ab4f8;--bad:#ff9a90;--unsure:#f2cc60;--good:#7ed6a0;
        --trend:#c3b0ff}}
        @media print{:root{--ground:#ffffff;--text:#000000;--quiet:#444444;--line:#aaaaaa;
        --panel:#ffffff;--link:#000000;--bad:#8a1c16;--unsure:#5c4600;--good:#0f5130;--trend:#3d2b70}}

        """

    private static let page = """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--ground);color:var(--text);
        font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        header,main,footer,#news{max-width:64rem;margin:0 auto;padding:0 1rem}
        header{display:flex;flex-wrap:wrap;gap:0 1.5rem;align-items:baseline;padding-top:.75rem}
        .site{margin:0;color:var(--quiet)}
        nav ul{display:flex;flex-wrap:wrap;gap:0 1rem;list-style:none;margin:0;padding:0}
        nav a{display:inline-block;padding:.35rem 0}
        nav a[aria-current]{font-weight:700;text-decoration:none;color:var(--text)}
        .contents{border-block:1px solid var(--line);margin:1rem 0}
        main{overflow-wrap:anywhere}
        main:focus{outline:none}
        a{color:var(--link)}
        a:focus-visible,summary:focus-visible,button:focus-visible,input:focus-visible,
        select:focus-visible{outline:3px solid var(--link);outline-offset:2px}
        .skip{position:absolute;left:-99rem;background:var(--ground);padding:.5rem 1rem;z-index:1}
        .skip:focus{left:.5rem;top:.5rem}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
        white-space:nowrap}
        h1{font-size:1.35rem;line-height:1.35;margin:.75rem 0}
        h2{font-size:1.2rem;margin:2rem 0 .5rem;padding-top:.5rem;border-top:1px solid var(--line)}
        h3{font-size:1.05rem;margin:1rem 0 .4rem}
        h4{font-size:1rem;margin:.8rem 0 .3rem}
        p{margin:.5rem 0}
        .headline{padding-left:.8rem;border-left:.4rem solid var(--good)}
        .headline.notified,.headline.resuming{border-color:var(--unsure)}
        .headline.called,.headline.paused{border-color:var(--bad)}
        .headline.ended,.headline.open-for-signature{border-color:var(--quiet)}
        .quiet,.clause,caption,figcaption,dt,footer{color:var(--quiet);font-size:.9rem}
        .notice{border:1px solid var(--unsure);padding:.5rem .8rem}
        .card{background:var(--panel);border:1px solid var(--line);border-radius:.3rem;
        padding:.2rem .9rem;margin:.6rem 0}
        .badge,.label{white-space:nowrap;border:1px solid currentColor;border-radius:.25rem;
        padding:0 .35rem;font-size:.85rem}
        .badge{font-weight:700}
        .label{color:var(--quiet)}
        .crossed,.fail,.non-compliant,.pause,.paused,.bad,.truth.true{color:var(--bad)}
        .unknown,.unverified,.stopping,.notify,.cap,.slow,.suspended{color:var(--unsure)}
        .clear,.pass,.stopped,.free,.adopted,.reached,.truth.false{color:var(--good)}
        h1.headline{color:var(--text)}
        .said{font-style:italic;white-space:pre-line;unicode-bidi:isolate;quotes:"“" "”" "‘" "’"}
        ul{padding-left:1.2rem;margin:.4rem 0}
        .plain{list-style:none;padding:0}
        .reasons{list-style:none;padding-left:.9rem;border-left:2px solid var(--line)}
        .truth{font-weight:700}
        details{margin:.4rem 0}
        summary{cursor:pointer;padding:.25rem 0}
        details[open]{border-left:2px solid var(--line);padding-left:.8rem}
        dl{margin:.4rem 0}
        dl>div{display:grid;grid-template-columns:minmax(6rem,11rem) 1fr;gap:.1rem .8rem;
        padding:.15rem 0}
        dd{margin:0;min-width:0}
        table{border-collapse:collapse;width:100%;font-size:.93rem;margin:.6rem 0}
        caption{text-align:left;padding:.3rem 0}
        th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;
        border-bottom:1px solid var(--line)}
        th,td{overflow-wrap:break-word}
        thead th{font-size:.85rem;color:var(--quiet)}
        tbody th{font-weight:600;min-width:8.5rem}
        time{white-space:nowrap}
        td time{white-space:normal}
        .label time{white-space:nowrap}
        .away{color:var(--quiet);white-space:nowrap}
        code,pre{font:.88rem/1.45 ui-monospace,SFMono-Regular,Menlo,monospace}
        .hash{overflow-wrap:anywhere;font-size:.8rem}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--panel);padding:.6rem;
        border:1px solid var(--line);max-height:24rem;overflow:auto}
        figure{margin:1.2rem 0}
        figcaption{font-weight:600;color:var(--text)}
        figcaption .quiet{font-weight:400}
        .card h3{margin-top:.5rem}
        .leads{padding:0;list-style:none;color:var(--trend)}
        .key{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;padding:0;list-style:none;font-size:.88rem;
        color:var(--quiet)}
        .ways{display:flex;gap:1.5rem}
        .filter{display:flex;flex-wrap:wrap;gap:.5rem .8rem;align-items:center;margin:.6rem 0}
        input,select,button{font:inherit;color:inherit;background:var(--ground);
        border:1px solid var(--quiet);border-radius:.25rem;padding:.4rem .6rem;max-width:100%}
        button{background:var(--link);color:var(--ground);border-color:var(--link);cursor:pointer}
        #agreement-id{width:100%;font-family:ui-monospace,Menlo,monospace}
        #check label{display:block}
        .checks{list-style:none;padding:0}
        .checks li{padding-left:1.6rem;text-indent:-1.6rem;margin:.3rem 0}
        .checks b{display:inline-block;width:1.6rem;text-indent:0}
        footer{margin-top:2.5rem;padding-bottom:2rem;border-top:1px solid var(--line)}
        svg.narrow{display:none}
        @media (max-width:34rem){svg.narrow{display:block}svg.wide{display:none}}
        @media screen and (max-width:50rem){
        dl>div{grid-template-columns:1fr}
        .cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .cards,.cards tbody,.cards tr,.cards th,.cards td,.cards caption{display:block}
        .cards tr{border:1px solid var(--line);border-radius:.3rem;margin:.5rem 0;padding:.3rem .7rem}
        .cards th,.cards td{border:0;padding:.12rem 0}
        .cards td:empty{display:none}
        .cards td::before{content:attr(data-label) ": ";color:var(--quiet);font-size:.85rem}
        .brief tr{padding:.3rem 0;border-width:0 0 1px;border-radius:0}
        .brief th,.brief td{display:inline}.brief td::before{content:" · "}
        }
        @media print{
        header nav,.contents,.skip,#check,#news,.filter,.ways{display:none}
        body{font-size:10pt}main{max-width:none}h2{break-after:avoid}
        tr,figure,.card{break-inside:avoid}a{text-decoration:none}
        details::details-content{content-visibility:visible}
        pre{max-height:none}
        }

        """

    private static let drawing = """
        svg.chart{width:100%;height:auto;font-family:system-ui,sans-serif}
        .chart text{font-size:12px;fill:var(--quiet)}
        .chart .axis{fill:var(--text);font-weight:600}
        .chart .name,.chart text.threshold,.chart .note,.chart .day{paint-order:stroke;stroke:var(--ground);
        stroke-width:3px;stroke-linejoin:round}
        .chart .name{fill:var(--text)}
        .chart .grid{stroke:var(--line);stroke-width:1}
        .chart .base{stroke:var(--quiet);stroke-width:1}
        .chart .threshold{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:7 4}
        .chart text.threshold{stroke:var(--ground);stroke-dasharray:none;fill:var(--bad)}
        .chart .ceiling{stroke:var(--quiet);stroke-width:1.5;stroke-dasharray:2 3}
        .chart .beyond{fill:var(--quiet);opacity:.13}
        .chart .clip{overflow:hidden}
        .chart .trend{stroke:var(--trend);stroke-width:1.5}
        .chart .ahead{stroke-dasharray:5 4}
        .chart .band{fill:var(--trend);opacity:.15}
        .chart .span{stroke:var(--trend);stroke-width:3;fill:none}
        .chart .drop{stroke:var(--trend);stroke-width:1;stroke-dasharray:1 3}
        .chart .reached{fill:var(--ground);stroke:var(--trend);stroke-width:2.5}
        .chart .leads,.chart .day{fill:var(--trend)}
        .chart .day{font-weight:600}
        .chart .whisker{stroke:var(--link);stroke-width:1.3;fill:none}
        .chart .mark{fill:var(--link);stroke:var(--link);stroke-width:1.5}
        .chart .fictional .mark{fill:var(--ground)}
        .chart .fictional .whisker{stroke-dasharray:3 2}
        .chart .reach{fill:transparent}
        .chart .point:hover .mark{stroke-width:4}
        .chart .stale{opacity:.5}
        .chart .behind .mark{fill:var(--ground);stroke:var(--quiet)}
        .chart .behind .whisker{stroke:var(--quiet);opacity:.45}
        .chart .preliminary .mark{fill:var(--ground);stroke-dasharray:2 2}
        .chart .preliminary .whisker{stroke-dasharray:1 3}
        .chart .replaced .mark{fill:var(--quiet);stroke:var(--quiet)}
        .chart .withdrawn .mark{fill:none;stroke:var(--quiet)}
        .chart .withdrawn .whisker{stroke:var(--quiet);opacity:.45}

        """
}
