"""Looks at the timeline in Chromium, headless: does anything leave the page, do texts overlap, is
there enough contrast, is it light on paper? Exits with 77 where there is no Chromium."""
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

TOOL = pathlib.Path(os.environ.get("CHANGEPOLICY_TIMELINE_TOOL", "build/tests/report/report_timeline_tool"))
DATA = pathlib.Path(__file__).parent / "data"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")

# Runs in the page that is looked at, never in the page that is shipped.
PROBE = r"""
function box(r){return [r.left,r.top,r.right,r.bottom]}
function luminance(c){const m=c.match(/[\d.]+/g).slice(0,3).map(v=>{v/=255;return v<=.03928?v/12.92:Math.pow((v+.055)/1.055,2.4)});return .2126*m[0]+.7152*m[1]+.0722*m[2]}
function ratio(a,b){a=luminance(a);b=luminance(b);return (Math.max(a,b)+.05)/(Math.min(a,b)+.05)}
window.addEventListener('load',()=>{
const out={};
const root=document.documentElement;
out.scroll=root.scrollWidth; out.client=root.clientWidth;
out.outside=[...document.querySelectorAll('body *')].filter(e=>!e.closest('.box')&&!e.closest('svg')&&e.getBoundingClientRect().right>root.clientWidth+.5).map(e=>e.tagName+' '+e.textContent.slice(0,40));
out.wide=[...document.querySelectorAll('.box')].filter(e=>e.scrollWidth>e.clientWidth+1).map(e=>e.textContent.slice(0,40));
// Texts of one drawing, without the patterns: do any two of them meet?
out.overlaps=[]; out.texts=0; out.cut=[];
for(const svg of document.querySelectorAll('svg.panel')){
 const outer=svg.getBoundingClientRect();
 const texts=[...svg.querySelectorAll('text')].map(t=>{
  let r=box(t.getBoundingClientRect());
  const clip=t.parentElement.tagName=='svg'&&t.parentElement!=svg?t.parentElement:null;
  if(clip){const s=outer.width/svg.viewBox.baseVal.width;
   const x=outer.left+clip.x.baseVal.value*s,w=clip.width.baseVal.value*s;
   r=[Math.max(r[0],x),r[1],Math.min(r[2],x+w),r[3]]}
  const words=[...t.childNodes].filter(n=>n.nodeType==3).map(n=>n.data).join('');
  return {words,r,kind:t.getAttribute('class')}});
 out.texts+=texts.length;
 for(const t of texts) if(t.r[0]<outer.left-.5||t.r[2]>outer.right+.5||t.r[3]>outer.bottom+.5) out.cut.push(t.words);
 texts.sort((a,b)=>a.r[1]-b.r[1]);
 for(let i=0;i<texts.length;++i)for(let j=i+1;j<texts.length;++j){
  const a=texts[i].r,b=texts[j].r;
  if(b[1]>a[3])break;
  // Lines of text touch at their ascents and descents, which hold no ink.
  if(Math.min(a[2],b[2])-Math.max(a[0],b[0])>.5&&Math.min(a[3],b[3])-Math.max(a[1],b[1])>3.5)
   out.overlaps.push([texts[i].words,texts[j].words]);
 }
}
const probe=document.createElement('div'); document.body.append(probe);
const color=n=>{probe.style.color='var(--'+n+')';return getComputedStyle(probe).color};
out.contrast={};
for(const [a,b] of [['ink','paper'],['ink','page'],['muted','paper'],['muted','page'],['muted','weekend'],['muted','frost'],['muted','open'],
 ['ink','weekend'],['ink','open'],['ink','frost'],['on','nrm'],['on','std'],['on','emg'],['on','rel'],['on','clash'],['clash','paper'],
 ['emg','paper'],['link','paper'],['ink','s0'],['ink','s1'],['on','s2'],['on','s3'],['paper','ink']])
 out.contrast[a+' on '+b]=ratio(color(a),color(b));
// What is no text needs 3 to what is beside it.
for(const [a,b] of [['nrm','paper'],['std','paper'],['emg','paper'],['rel','paper'],['open-ink','paper'],['frost-ink','paper'],
 ['nrm','open'],['std','open'],['nrm','frost'],['emg','frost']])
 out.contrast['shape '+a+' on '+b]=ratio(color(a),color(b));
out.paper=color('paper');
document.body.innerHTML='<pre id="probe"></pre>';document.getElementById('probe').textContent=JSON.stringify(out);
});
"""


def run_tool(*arguments):
    return subprocess.run([TOOL, *map(str, arguments)], check=True, capture_output=True).stdout.decode()


def chromium(folder, *arguments):
    return subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={folder}/profile", *arguments],
        check=True, capture_output=True, timeout=120).stdout.decode()


def look(page, width, dark=False):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "page.html")
        file.write_text(page.replace("</head>", f"<script>{PROBE}</script></head>", 1))
        dom = chromium(folder, f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                       f"--window-size={width},1000", "--hide-scrollbars", "--dump-dom",
                       file.as_uri())
    found = re.search(r'<pre id="probe">({.*?})</pre>', dom, re.S)
    return json.loads(html.unescape(found.group(1)))


class TimelineInABrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = {name: run_tool("html", "Europe/Berlin", DATA / f"{name}.yaml")
                     for name in ("two_weeks", "hostile", "empty")}
        cls.pages["busy"] = run_tool("many", 150, 12)
        cls.pages["busier"] = run_tool("many", 420, 25)
        cls.pages["summed up"] = run_tool("many", 20000, 300)

    def test_nothing_leaves_the_page_and_no_texts_overlap(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                seen = look(page, 1280)
                self.assertEqual(seen["scroll"], seen["client"])
                self.assertEqual(seen["outside"], [])
                self.assertEqual(seen["wide"], [])
                self.assertEqual(seen["overlaps"], [])
                self.assertEqual(seen["cut"], [])
                self.assertGreater(seen["texts"], 3)

    def test_on_a_phone_only_the_boxes_scroll(self):
        for name in ("two_weeks", "hostile", "empty"):
            with self.subTest(name):
                seen = look(self.pages[name], 500)  # Chromium's least
                self.assertEqual(seen["scroll"], seen["client"])
                self.assertEqual(seen["outside"], [])

    def test_contrast_in_both_schemes(self):
        papers = set()
        for dark in (False, True):
            seen = look(self.pages["two_weeks"], 1280, dark)
            papers.add(seen["paper"])
            for pair, ratio in seen["contrast"].items():
                with self.subTest(pair, dark=dark):
                    self.assertGreaterEqual(ratio, 3 if pair.startswith("shape") else 4.5)
        self.assertEqual(len(papers), 2)

    def test_prints(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "page.html")
            file.write_text(self.pages["two_weeks"])
            pdf = pathlib.Path(folder, "page.pdf")
            chromium(folder, "--blink-settings=preferredColorScheme=0", "--no-pdf-header-footer",
                     f"--print-to-pdf={pdf}", file.as_uri())
            pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
            self.assertIn(pages, range(2, 9))


if __name__ == "__main__":
    if BROWSER is None:
        print("left out: there is no chromium (Debian: apt-get install chromium)")
        sys.exit(77)
    unittest.main(verbosity=1)
