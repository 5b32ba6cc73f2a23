/**
 * Whether `text` fits an IAM pattern, in which `*` stands for any run of characters and `?` for one. Linear in
 * pattern times text at the worst: a pattern comes from a caller and must not be able to stall the server.
 */
export function fits(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < text.length) {
    const sign = pattern[at];
    if (sign === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (sign === '?' || (sign !== undefined && sign === text[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      // Lets the last star take one character more, and tries again from there.
      resume += 1;
      at = star + 1;
      index = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** As `fits`, without regard to case: action names and services. */
export const fitsAnyCase = (pattern: string, text: string): boolean =>
  fits(pattern.toLowerCase(), text.toLowerCase());

/**
 * As `fits` for ARNs: each of the first five parts must fit its own part, so that a star never reaches over a colon
 * there (the IAM user guide's rule for ArnLike).
 */
export function fitsArn(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  return (
    wanted.length === given.length && wanted.every((part, position) => fits(part, given[position] ?? ''))
  );
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
