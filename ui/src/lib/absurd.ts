/** Marks a branch the types say cannot be reached, so a new case of a union fails to compile until it is handled. */
export function absurd(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
