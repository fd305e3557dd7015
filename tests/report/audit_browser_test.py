"""Looks at the page of an audit report in Chromium, headless, at 1280 and 360 pixels, light and dark:
does anything leave its place, is any text cut or covered, is there enough contrast, does it print?
Exits with 77 where there is no Chromium."""
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(os.environ.get("CHANGEPOLICY_AUDIT_TOOL", "build/tests/report/report_audit_tool"))
DATA = pathlib.Path(__file__).parent / "data"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")

# Runs in the page that is looked at, never in the page that is shipped. The page stands in a frame,
# because a window of Chromium is at least 500 pixels wide.
PROBE = r"""
function rgb(c){return c.match(/[\d.]+/g).map(Number)}
function luminance(c){const m=c.slice(0,3).map(v=>{v/=255;return v<=.03928?v/12.92:Math.pow((v+.055)/1.055,2.4)});return .2126*m[0]+.7152*m[1]+.0722*m[2]}
function ratio(a,b){a=luminance(a);b=luminance(b);return (Math.max(a,b)+.05)/(Math.min(a,b)+.05)}
function background(e){for(;e;e=e.parentElement){const c=rgb(getComputedStyle(e).backgroundColor);if(c.length<4||c[3]>0)return c}return [255,255,255]}
// Heads of tables whose rows are stacked are there for screen readers only.
function stacked(e){const head=e.closest('thead');return head&&head.getBoundingClientRect().width<2}
function shown(e){return !stacked(e)&&!e.closest('.unseen,.skip,[aria-hidden]')&&e.checkVisibility({contentVisibilityAuto:true,visibilityProperty:true})}
window.addEventListener('load',()=>{
const out={};const root=document.documentElement;
out.wide=[...document.querySelectorAll('body *')].filter(e=>!e.closest('svg')&&e.getBoundingClientRect().right>root.clientWidth+.5).map(e=>e.tagName+' '+e.textContent.slice(0,40));
out.scroll=root.scrollWidth;out.client=root.clientWidth;
out.paper=getComputedStyle(document.body).backgroundColor;
// Every line of text, where it stands.
const lines=[];
const walker=document.createTreeWalker(document.body,NodeFilter.SHOW_TEXT);
for(let n=walker.nextNode();n;n=walker.nextNode()){
 const e=n.parentElement;
 if(!n.data.trim()||/^(SCRIPT|STYLE|TITLE|DESC|title|desc)$/.test(e.tagName)||!shown(e))continue;
 const range=document.createRange();range.selectNodeContents(n);
 const svg=!!e.closest('svg');
 for(const r of svg?[e.getBoundingClientRect()]:range.getClientRects())
  if(r.width>0&&r.height>0)lines.push({e,svg,r,words:n.data.trim().slice(0,40)});
}
out.texts=lines.length;
out.outside=lines.filter(l=>l.r.left<-.5||l.r.right>root.clientWidth+.5).map(l=>l.words);
// Text that leaves the cell, tile, card or drawing that it stands in, or is cut by it.
out.cut=[];
for(const l of lines){
 const box=l.e.closest(l.svg?'svg':'td,th,li,dd,pre,.card,.verdict,summary,p,h1,h2,h3');
 if(!box)continue;
 const b=box.getBoundingClientRect();
 if(l.r.left<b.left-1||l.r.right>b.right+1||l.r.top<b.top-3||l.r.bottom>b.bottom+3)out.cut.push(l.words+' in '+box.tagName+'.'+(box.getAttribute('class')||''));
}
for(const e of document.querySelectorAll('body *'))
 if(shown(e)&&!e.closest('svg')&&e.scrollWidth>e.clientWidth+1&&getComputedStyle(e).overflowX!='visible')out.cut.push(e.tagName+' '+e.textContent.slice(0,30));
// Do two lines of text meet?
out.overlaps=[];
lines.sort((a,b)=>a.r.top-b.r.top);
for(let i=0;i<lines.length;++i)for(let j=i+1;j<lines.length;++j){
 const a=lines[i].r,b=lines[j].r;
 if(b.top>a.bottom)break;
 if(Math.min(a.right,b.right)-Math.max(a.left,b.left)>.5&&Math.min(a.bottom,b.bottom)-Math.max(a.top,b.top)>4)
  out.overlaps.push([lines[i].words,lines[j].words]);
}
// The contrast of each text of the page to what it stands on; of drawings by their colours.
out.faint=[];
for(const l of lines)if(!l.svg){
 const c=ratio(rgb(getComputedStyle(l.e).color),background(l.e));
 if(c<4.5)out.faint.push(l.words+' '+c.toFixed(2));
}
const probe=document.createElement('div');document.body.append(probe);
const color=n=>{probe.style.color='var(--'+n+')';return rgb(getComputedStyle(probe).color)};
for(const [a,b,least] of [['ink','paper',4.5],['muted','paper',4.5],['on','clash',4.5],['nrm','paper',3],['emg','paper',3],['clash','paper',3],['good','paper',3],['on','good',3],['on','bad',3],['on','open2',3]])
 if(ratio(color(a),color(b))<least)out.faint.push(a+' on '+b+' '+ratio(color(a),color(b)).toFixed(2));
// Whatever can be worked can be reached.
out.unreached=[...document.querySelectorAll('a,summary,pre')].filter(e=>shown(e)&&e.tabIndex<0).map(e=>e.textContent.slice(0,30));
parent.postMessage(JSON.stringify(out),'*');
});
"""
FRAME = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0"><script>
addEventListener('message',e=>{document.body.innerHTML='<pre id="probe"></pre>';document.getElementById('probe').textContent=e.data});
</script><iframe src="page.html" style="width:%dpx;height:900px;border:0"></iframe>"""


def written(source):
    return subprocess.run([TOOL, "html", str(source)], check=True, capture_output=True).stdout.decode()


def chromium(folder, *arguments):
    return subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={folder}/profile", *arguments],
        check=True, capture_output=True, timeout=120).stdout.decode()


def look(page, width, dark=False):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "page.html").write_text(
            page.replace("</head>", f"<script>{PROBE}</script></head>", 1))
        frame = pathlib.Path(folder, "frame.html")
        frame.write_text(FRAME % width)
        dom = chromium(folder, f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                       f"--window-size={max(width, 500)},1000", "--hide-scrollbars",
                       "--virtual-time-budget=20000", "--dump-dom", frame.as_uri())
    found = re.search(r'<pre id="probe">({.*?})</pre>', dom, re.S)
    return json.loads(html.unescape(found.group(1)))


class AuditPageInABrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = {name: written(source)
                     for name, source in (("quarter", DATA / "audit_quarter.yaml"),
                                          ("hostile", DATA / "audit_hostile.yaml"),
                                          ("empty", 0), ("some", 300), ("many", 100_000))}

    def check(self, name, width, dark):
        with self.subTest(name, width=width, dark=dark):
            seen = look(self.pages[name], width, dark)
            self.assertEqual(seen["client"], width)
            for what in ("wide", "outside", "cut", "overlaps", "faint", "unreached"):
                self.assertEqual(seen[what], [], what)
            self.assertEqual(seen["scroll"], seen["client"])
            self.assertGreater(seen["texts"], 30)
            return seen["paper"]

    def test_at_a_desk_light_and_dark(self):
        for name in self.pages:
            papers = {self.check(name, 1280, dark) for dark in (False, True)}
            self.assertEqual(len(papers), 2)

    def test_on_a_phone(self):
        for name in self.pages:
            self.check(name, 360, False)

    def test_between(self):
        for width in (601, 800, 961, 1101):
            self.check("quarter", width, False)

    def test_prints(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "page.html")
            # What a reader closed is printed all the same.
            file.write_text(self.pages["quarter"].replace("<details open>", "<details>"))
            pdf = pathlib.Path(folder, "page.pdf")
            chromium(folder, "--blink-settings=preferredColorScheme=0", "--no-pdf-header-footer",
                     f"--print-to-pdf={pdf}", file.as_uri())
            pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
            self.assertIn(pages, range(5, 9))
            if shutil.which("pdftotext"):
                text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True,
                                      capture_output=True).stdout.decode()
                self.assertIn("Clients were told 6 h before it", text)


if __name__ == "__main__":
    if BROWSER is None:
        print("left out: there is no chromium (Debian: apt-get install chromium)")
        sys.exit(77)
    unittest.main(verbosity=1)
