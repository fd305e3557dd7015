// The style sheets of the timeline. Every text keeps a contrast of at least 4.5 to what it stands
// on, in both schemes.
#include "libchangepolicy/report/timeline_svg.h"

namespace changepolicy {

std::string_view TimelineColors() {
  return R"css(
:root{color-scheme:light dark;
--page:#f4f6f8;--paper:#fff;--ink:#18212d;--muted:#515d6e;--line:#e3e7ed;--line2:#bcc5d1;
--weekend:#f0f2f5;--open:#d5eedd;--open-ink:#2c7a50;--frost:#dde7f6;--frost-ink:#4a6cab;
--nrm:#3355b5;--std:#0d6f67;--emg:#a84a07;--rel:#7436d8;--on:#fff;--clash:#c4183a;
--s0:#dfe6f7;--s1:#b9c9ef;--s2:#4a69c0;--s3:#2a479b;--link:#2c4fb0}
@media (prefers-color-scheme:dark){:root{
--page:#0f1319;--paper:#161b23;--ink:#e9edf3;--muted:#a7b2c1;--line:#262e3a;--line2:#455064;
--weekend:#1c222c;--open:#173a2a;--open-ink:#66c795;--frost:#1e2e4c;--frost-ink:#7d9fe0;
--nrm:#93adf8;--std:#4dc4b6;--emg:#f2ab5c;--rel:#c1a4ff;--on:#0f1319;--clash:#ff7088;
--s0:#222c44;--s1:#30426e;--s2:#7d99e6;--s3:#b3c5fb;--link:#9db5ff}}
@media print{:root{color-scheme:light;
--page:#fff;--paper:#fff;--ink:#18212d;--muted:#515d6e;--line:#e3e7ed;--line2:#bcc5d1;
--weekend:#f0f2f5;--open:#d5eedd;--open-ink:#2c7a50;--frost:#dde7f6;--frost-ink:#4a6cab;
--nrm:#3355b5;--std:#0d6f67;--emg:#a84a07;--rel:#7436d8;--on:#fff;--clash:#c4183a;
--s0:#dfe6f7;--s1:#b9c9ef;--s2:#4a69c0;--s3:#2a479b;--link:#18212d}}
)css";
}

std::string_view TimelineDrawingStyle() {
  return R"css(
svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
svg text{font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink)}
.paper{fill:var(--paper);stroke:var(--line2)}
.we{fill:var(--weekend)}
.open{fill:var(--open)}
.frost{fill:var(--frost)}
.grid,.sep{fill:none;stroke:var(--line)}
.grid2{fill:none;stroke:var(--line2)}
svg .nm{font-size:12px;font-weight:600}
svg .nt{font-size:10.5px;fill:var(--muted)}
svg .mon{font-weight:600}
svg .day{font-size:11px;fill:var(--muted)}
svg .chg{font-size:10.5px;fill:var(--muted);font-style:italic}
.now{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
.nowb{fill:var(--ink)}
svg .nowt{font-size:10.5px;fill:var(--paper);font-weight:600}
.nrm{fill:var(--nrm)}.std{fill:var(--std)}.emg{fill:var(--emg)}.rel{fill:var(--rel)}
.win{fill:var(--open);stroke:var(--open-ink)}
.frz{fill:var(--frost);stroke:var(--frost-ink)}
.hatch{fill:url(#tl-hatch)}.hatch2{fill:url(#tl-hatch2)}
.hl{stroke:var(--frost-ink);stroke-width:1;stroke-opacity:.35;fill:none}
.hl2{stroke:var(--frost-ink);stroke-width:2;fill:none}
.clash{fill:var(--clash)}
.cross{fill:url(#tl-cross);stroke:var(--clash)}
.cl{stroke:var(--on);stroke-width:1.6;fill:none}
.seam,.tip{fill:none;stroke:var(--on);stroke-width:1.2}
.frz~.tip,.win~.tip{stroke:var(--ink)}
.pill{fill:var(--clash)}
svg .pillt{font-size:10px;font-weight:700;fill:var(--on);text-anchor:middle}
svg .lab{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
svg .in{fill:var(--on)}
svg .mid{text-anchor:middle}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}
svg .lab.mid{stroke:none}
.rail{fill:none;stroke:var(--ink);stroke-width:1.5}
.mk{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}
.mk.go{fill:var(--ink)}
svg .mkt{font-size:9.5px;font-weight:700;text-anchor:middle}
svg .mkt.go{fill:var(--paper)}
)css";
}

std::string_view TimelinePageStyle() {
  return R"css(
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1280px;margin:0 auto;padding:32px}
h1{font-size:28px;line-height:1.2;margin:0;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:18px;margin:40px 0 4px;font-weight:650}
p{margin:0 0 12px}
a{color:var(--link)}
.over{color:var(--muted);font-size:13px;font-weight:600;margin:0 0 4px}
.facts{display:flex;flex-wrap:wrap;gap:4px 32px;margin:16px 0 0}
.facts div{min-width:0}
.facts dt{font-size:12px;color:var(--muted)}
.facts dd{margin:0;overflow-wrap:anywhere}
.counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:1px;margin:24px 0;padding:0;list-style:none;background:var(--line2);border:1px solid var(--line2);border-radius:6px;overflow:hidden}
.counts li{background:var(--paper);padding:12px 16px;font-size:13px;color:var(--muted)}
.counts b{display:block;font-size:24px;line-height:1.2;color:var(--ink);font-weight:650;font-variant-numeric:tabular-nums}
.counts .bad b{color:var(--clash)}
.note{border:1px solid var(--line2);border-left:4px solid var(--ink);background:var(--paper);border-radius:4px;padding:12px 16px;margin:16px 0;overflow-wrap:anywhere}
.note.bad{border-left-color:var(--clash)}
.note ul{margin:4px 0 0;padding-left:20px}
.sub{color:var(--muted);font-size:13px;margin:0 0 12px;max-width:110ch}
.legend{display:flex;flex-wrap:wrap;gap:6px 20px;margin:8px 0 12px;padding:0;list-style:none;font-size:13px}
.legend li{display:flex;align-items:center;gap:8px}
.legend svg{flex:none;display:block}
figure{margin:0}
.box{overflow-x:auto;margin:0 0 12px}
.panel+.panel{margin-top:12px}
.box svg{display:block;width:100%;min-width:1000px;height:auto}
table{width:100%;border-collapse:collapse;background:var(--paper);font-size:13.5px;line-height:1.4}
.box table{border:1px solid var(--line2);border-radius:6px;min-width:820px}
th,td{text-align:left;vertical-align:top;padding:8px 12px;border-top:1px solid var(--line);overflow-wrap:break-word}
bdi{overflow-wrap:anywhere}
thead th{white-space:nowrap;font-size:12px;color:var(--muted);font-weight:600;border-top:0;border-bottom:1px solid var(--line2)}
tbody tr:first-child td,tbody tr:first-child th{border-top:0}
tbody th{font-weight:600}
tr:target{background:var(--frost)}
td small,th small{display:block;color:var(--muted);font-size:12px;font-weight:400}
.num{font-variant-numeric:tabular-nums;white-space:nowrap}
.tag{display:inline-block;min-width:20px;padding:0 6px;border-radius:10px;background:var(--clash);color:var(--on);font-size:12px;font-weight:700;text-align:center;text-decoration:none}
.emergency{color:var(--emg);font-weight:600}
footer{margin-top:40px;padding-top:12px;border-top:1px solid var(--line2);font-size:12px;color:var(--muted);overflow-wrap:anywhere}
@media (max-width:640px){main{padding:20px 16px}h1{font-size:24px}.counts{grid-template-columns:repeat(2,1fr)}}
@media print{@page{size:A4 landscape;margin:12mm}
body{font-size:9.5pt}main{max-width:none;padding:0}h1{font-size:18pt}h2{margin-top:16pt}.sub{display:none}
.facts{margin-top:6pt}.counts{margin:10pt 0 0;grid-template-columns:repeat(6,1fr)}.counts li{padding:3pt 8pt;font-size:8.5pt}.counts b{display:inline;font-size:12pt;margin-right:5pt}
.legend{font-size:8.5pt;margin:4pt 0 6pt;gap:3pt 14pt}
.box{overflow:visible;break-inside:auto}.box svg{min-width:0}.panel,.note,.counts,.legend{break-inside:avoid}
.box table{min-width:0;font-size:8.5pt;border:0}td small,th small,thead th{font-size:7.5pt}th,td{padding:4pt 6pt}
thead{display:table-header-group}tr{break-inside:avoid}h2{break-after:avoid}a{text-decoration:none}
.tag{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";
}

}  // namespace changepolicy
