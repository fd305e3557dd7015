// The style sheet of an audit report's page, over the colours of the timeline, and the shapes that
// it refers to. Every text keeps a contrast of at least 4.5 to what it stands on, in both schemes.
#include "libchangepolicy/report/audit_page.h"

namespace changepolicy {

std::string_view AuditDefinitions() {
  return R"svg(<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<symbol id="i-good" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.5"/><path d="M4.5 8.3l2.4 2.4 4.6-5"/></symbol>
<symbol id="i-bad" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="2"/><path d="M5 5l6 6M11 5l-6 6"/></symbol>
<symbol id="i-open" viewBox="0 0 16 16"><path class="edge" d="M8 .5L15.5 8 8 15.5.5 8z"/><path d="M5 8h6"/></symbol>
<pattern id="a-cross" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V4"/></pattern>
</defs></svg>
)svg";
}

std::string_view AuditPageStyle() {
  return R"css(
:root{--good:var(--open-ink);--bad:var(--clash);--open2:var(--emg)}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1264px;margin:0 auto;padding:32px}
h1,h2,h3{line-height:1.25;font-weight:650;overflow-wrap:anywhere}
h1{font-size:28px;margin:0;letter-spacing:-.01em}
h2{font-size:20px;margin:44px 0 8px}
h3{font-size:15.5px;margin:24px 0 8px}
p{margin:0 0 12px;max-width:92ch}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
bdi,dd,li,p,code{overflow-wrap:anywhere}
code{font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;padding:4px 12px;background:var(--paper);z-index:1}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.over{color:var(--muted);font-size:13px;font-weight:600;margin:0 0 4px}
.sub{color:var(--muted);font-size:13.5px;max-width:110ch}
.cut{font-size:13px;color:var(--muted);margin:8px 0 0}
.icon{width:16px;height:16px;vertical-align:-2.5px;margin-right:6px;fill:currentColor;color:var(--muted);flex:none}
.icon.good{color:var(--good)}.icon.bad{color:var(--bad)}.icon.open{color:var(--open2)}
symbol path,.icon path{fill:none;stroke:var(--on);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
symbol path.edge{fill:currentColor;stroke:none}
.verdict,.note{border:1px solid var(--line2);border-left:4px solid var(--good);background:var(--paper);border-radius:4px;padding:12px 16px;margin:20px 0}
.verdict p{margin:0}
.verdict strong{font-size:17px;margin-right:8px;white-space:nowrap}
.verdict ul,.note ul{margin:6px 0 0;padding-left:22px;font-size:14px}
.verdict.bad,.note.bad{border-left-color:var(--bad)}
.verdict.bad strong{color:var(--bad)}.verdict.good strong{color:var(--good)}
.note h2{margin:0 0 4px;font-size:17px}
.note p{font-size:14px;margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:10px 32px;margin:16px 0 0}
.facts div{min-width:0}
.facts .long{grid-column:span 2}.facts .long dd{font-size:13px}
.facts dt{font-size:12.5px;color:var(--muted)}
.facts dt::first-letter{text-transform:uppercase}
.facts dd{margin:0;font-size:14px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:1px;margin:24px 0 0;padding:0;list-style:none;background:var(--line2);border:1px solid var(--line2);border-radius:6px;overflow:hidden}
.tiles li{background:var(--paper);padding:14px 16px;min-width:0}
.tiles span,.tiles small{display:block;font-size:13px;color:var(--muted)}
.tiles b{display:block;font-size:22px;line-height:1.35;font-weight:650;font-variant-numeric:tabular-nums}
.tiles .bad b{color:var(--bad)}
.tiles i{font-style:normal;font-size:14px;font-weight:400;color:var(--muted)}
.tiles .icon{margin-right:8px;vertical-align:-1px}
table{width:100%;border-collapse:collapse;background:var(--paper);border:1px solid var(--line2);font-size:14px;line-height:1.45;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:8px 12px;border-top:1px solid var(--line);overflow-wrap:anywhere}
thead th{font-size:12.5px;color:var(--muted);font-weight:600;border-top:0;border-bottom:1px solid var(--line2);overflow-wrap:normal}
tbody tr:first-child>*{border-top:0}
tbody th{font-weight:600}
td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}
td small,th small{display:block;color:var(--muted);font-size:12.5px;font-weight:400}
tr:target>*{background:var(--frost)}
.outcome{font-weight:600}
.outcome.good{color:var(--good)}.outcome.bad{color:var(--bad)}.outcome.open{color:var(--open2)}
.cards{display:grid;grid-template-columns:1.35fr 1fr 1fr;gap:16px;align-items:start}
.card{background:var(--paper);border:1px solid var(--line2);border-radius:6px;padding:16px;min-width:0}
.card h3{margin:0 0 12px}
.stack{display:grid;gap:16px;min-width:0}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 4px;padding:0;list-style:none;font-size:13px}
.legend li{display:flex;align-items:center;gap:7px}
.legend svg{flex:none}
.columns{display:block}
svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.columns text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink);text-anchor:middle}
.columns .name{fill:var(--muted)}
.columns .figure{font-weight:600}
.columns .pillt{fill:var(--on);font-weight:700;font-size:10.5px}
.pill,.unauthorized{fill:var(--clash)}.all{fill:var(--nrm)}.emergency{fill:var(--emg)}.base{fill:var(--line2)}
.cross{fill:url(#a-cross)}
#a-cross path{stroke:var(--on);stroke-width:1.5}
.lying{border:0;font-size:13.5px}
.lying th,.lying td{border:0;padding:3px 0;vertical-align:middle;font-weight:400}
.lying .n{width:46%}.lying .c{width:7.4em}
.lying tbody th{padding-right:10px}.lying td.num{padding-left:8px}
.lying small{display:inline}
.lying svg{display:block}
details{margin:12px 0 0}
section>details{margin:0 0 20px}
summary{cursor:pointer;padding:6px 0;color:var(--link)}
summary h3{display:inline;margin:0;color:var(--ink)}
summary .count{color:var(--muted);font-size:13.5px;margin-left:8px;white-space:nowrap}
pre{background:var(--paper);border:1px solid var(--line2);border-radius:4px;padding:12px 16px;margin:0 0 12px;white-space:pre-wrap;overflow-wrap:anywhere}
@media screen and (max-width:1100px){th,td{padding:8px}.cards{grid-template-columns:1fr 1fr}.wide{grid-column:1/-1}}
@media screen and (max-width:600px){main{padding:20px 16px}h1{font-size:20px}.cards{grid-template-columns:1fr}.tiles{grid-template-columns:1fr 1fr}.tiles li{padding:12px}.tiles b{font-size:19px}.facts{grid-template-columns:1fr;gap:8px}.facts .long{grid-column:auto}}
@media screen and (max-width:960px){
table:not(.lying) thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table:not(.lying),table:not(.lying) tbody,table:not(.lying) tr,table:not(.lying) th,table:not(.lying) td{display:block}
table:not(.lying) tr{padding:8px 12px;border-top:1px solid var(--line2)}
table:not(.lying) tbody tr:first-child{border-top:0}
table:not(.lying) tbody th,table:not(.lying) tbody td{border:0;padding:2px 0;text-align:left}
table:not(.lying) tbody td::before,table:not(.lying) tbody th.num::before{content:attr(data-label) ": ";color:var(--muted);font-size:12.5px;font-weight:400}
table:not(.lying) td small{display:inline}table:not(.lying) td small::before{content:" \2013  "}}
@media print{@page{size:A4;margin:14mm 12mm}
body{font-size:9pt}main{max-width:none;padding:0}.skip{display:none}
h1{font-size:17pt}h2{font-size:12.5pt;margin:16pt 0 4pt}h3{font-size:10pt;margin:8pt 0 4pt}h2,h3,summary{break-after:avoid}
a{text-decoration:none;color:inherit}
.verdict,.note,.tiles,.card,.facts,pre{break-inside:avoid}
.verdict,.note{margin:8pt 0;padding:5pt 9pt}
.facts{grid-template-columns:repeat(3,1fr);gap:4pt 14pt;margin:8pt 0 0}.facts dt{font-size:7.5pt}.facts dd{font-size:8.5pt}
.tiles{grid-template-columns:repeat(3,1fr);margin:10pt 0 0}.tiles li{padding:5pt 8pt}.tiles b{font-size:12.5pt}.tiles span,.tiles small{font-size:8pt}
.cards{display:block}.card{margin:0 0 8pt;padding:8pt}.stack{display:block}
table{font-size:8pt}thead th,td small,th small{font-size:7.5pt}th,td{padding:3pt 5pt}
thead{display:table-header-group}.unseen{display:none}tr{break-inside:avoid}
.sub,.cut,.note p,.verdict ul,.note ul{font-size:8.5pt}.sub{break-after:avoid}.icon{width:9pt;height:9pt;margin-right:3pt}.lying,.legend{font-size:8.5pt}
details::details-content{display:block;content-visibility:visible;height:auto}
summary{list-style:none;color:inherit}summary::marker{content:""}}
)css";
}

}  // namespace changepolicy
