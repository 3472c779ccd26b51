// Looks at the drawn page as a critic would: axe with real colours, words that are cut off, things outside the window, blocked styles.
// Leaves what it found in the page as JSON, for `tests/inspect.mjs`.

const blocked: string[] = [];

export function watchPolicy(): void {
  document.addEventListener('securitypolicyviolation', (e) => blocked.push(`${e.violatedDirective}: ${e.blockedURI} ${e.sample}`));
}

const name = (e: Element): string => {
  const id = e.closest('[data-testid]')?.getAttribute('data-testid') ?? '';
  return `${e.tagName.toLowerCase()}.${[...e.classList].filter((c) => !c.startsWith('svelte-')).join('.')} in ${id}: ${(e.textContent ?? '').trim().slice(0, 50)}`;
};

/** Words that are cut without an ellipsis, and boxes that stick out of the window. */
function cutOff(): string[] {
  const out: string[] = [];
  for (const e of document.body.querySelectorAll<HTMLElement>('*')) {
    if (e.closest('.sr, svg, [hidden], [aria-hidden="true"]')) continue;
    const box = e.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1) continue;
    const style = getComputedStyle(e);
    if (style.position !== 'fixed' && box.right > window.innerWidth + 1 && !e.closest('.scroll-x')) out.push(`outside: ${name(e)}`);
    const hides = style.overflowX === 'hidden' || style.overflowX === 'clip';
    const elides = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
    if (hides && !elides && e.tagName !== 'INPUT' && e.scrollWidth > e.clientWidth + 1) out.push(`cut: ${name(e)} (${e.scrollWidth} in ${e.clientWidth})`);
    if (style.overflowX === 'visible' && e.children.length === 0 && e.scrollWidth > e.clientWidth + 1 && style.display !== 'inline') out.push(`spills: ${name(e)} (${e.scrollWidth} in ${e.clientWidth})`);
  }
  return out;
}

/** Buttons, links and fields that lie over each other. */
function overlaps(): string[] {
  const controls = [...document.querySelectorAll<HTMLElement>('a[href], button, input:not(.sr), select, textarea')].filter((e) => {
    const b = e.getBoundingClientRect();
    return b.width > 0 && b.height > 0 && !e.closest('.sr, .skip') && !e.classList.contains('skip') && !e.classList.contains('hot') && !e.classList.contains('date-open');
  });
  const out: string[] = [];
  controls.forEach((a, i) => {
    for (const b of controls.slice(i + 1)) {
      if (a.contains(b) || b.contains(a)) continue;
      if (a.closest('[data-dialog-content]') !== b.closest('[data-dialog-content]') || a.closest('footer') !== b.closest('footer') || a.closest('.scroll') !== b.closest('.scroll')) continue;
      const p = a.getBoundingClientRect();
      const q = b.getBoundingClientRect();
      const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (w > 2 && h > 2 && getComputedStyle(b).position !== 'absolute' && getComputedStyle(a).position !== 'absolute') out.push(`overlap: ${name(a)} / ${name(b)}`);
    }
  });
  return out;
}

export async function inspect(): Promise<void> {
  const { default: axe } = await import('axe-core');
  const found = await axe.run(document.body);
  const bad = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  const findings = [
    ...bad.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 140)} ${n.any[0]?.message ?? ''}`)),
    ...cutOff(), ...overlaps(), ...blocked.map((b) => `policy: ${b}`),
    ...(/[0-9a-f]{8}-[0-9a-f]{4}/.test(document.body.innerText) ? ['a raw id is in sight'] : []),
  ];
  const script = document.createElement('script');
  script.type = 'application/json';
  script.id = 'findings';
  script.textContent = JSON.stringify(findings);
  document.body.append(script);
}
