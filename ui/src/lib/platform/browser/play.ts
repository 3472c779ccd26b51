// Does a few things on a screen by itself, for pictures: `?play=candidate-row:1,offer-open` clicks, `?play=find,find-input=mira` types.

function doStep(step: string): boolean {
  const [, testid = '', nth, text] = /^([^:=]+)(?::(\d+))?(?:=(.*))?$/.exec(step) ?? [];
  const found = document.querySelectorAll<HTMLElement>(`[data-testid="${CSS.escape(testid)}"]`)[Number(nth ?? 0)];
  if (!found) return false;
  if (text === undefined) {
    found.scrollIntoView({ block: 'center' });
    found.click();
  } else if (found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement) {
    found.focus();
    found.value = text;
    found.dispatchEvent(new Event('input', { bubbles: true }));
  }
  return true;
}

/** Clicks and types in order, then calls back once things have settled. */
export function play(steps: string[], then: () => void): void {
  let tries = 0;
  const next = (): void => {
    const step = steps[0];
    if (step === undefined) {
      setTimeout(then, 600);
      return;
    }
    if (doStep(step)) steps.shift();
    if (tries++ < 200) setTimeout(next, 40);
  };
  setTimeout(next, 40);
}
