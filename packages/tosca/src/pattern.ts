/** The regular expression of a `pattern` constraint. The whole value must match, §3.6.3.1. */
export function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    try {
      return new RegExp(`^(?:${text})$`);
    } catch {
      return undefined;
    }
  }
}
