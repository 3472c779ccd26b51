// Does a few things on a screen by itself, for pictures: `?play=candidate-row:1,offer-open` clicks, `?play=find,find-input=mira` types.

function doStep(step: string): boolean {
  const [, testid = '', nth, text] = /^([^:=]+)(?::(\d+))?(?:=(.*))?$/.exec(step) ?? [];
  const found = document.querySelectorAll<HTMLElement>(`[data-testid="${CSS.escape(testid)}"]`)[Number(nth ?? 0)];
  if (!found) return false;
  if (text === undefined) {
    found.click();
  } else if (found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement) {
    found.focus();
    found.value = text;
    found.dispatchEvent(new Event('input', { bubbles: true }));
  }
  return true;
}

export function play(steps: string[]): void {
  let tries = 0;
  const next = (): void => {
    const step = steps[0];
    if (step === undefined || tries++ > 200) return;
    if (doStep(step)) steps.shift();
    setTimeout(next, 40);
  };
  setTimeout(next, 40);
}
