import { stripVTControlCharacters } from 'node:util';

/** A terminal that is narrower folds by itself: lines of a word or two are harder to read than cut words. */
const LEAST_WIDTH = 40;

/**
 * A word with the space before it. A command between backticks is one word, so that it can be copied in one piece, and so is
 * what a no-break space holds together.
 */
const WORD = /[^\S\u00a0]*(?:`[^`]*`|[\S\u00a0])+/g;

/**
 * Prose in lines of at most `width` columns, broken at spaces. Lines after a break begin with `hang` spaces; when it is left
 * out with as many as the line itself does. At most half the width is left empty: a column of one word a line cannot be read.
 */
export function fold(text: string, width: number, hang?: number): string {
  if (width < LEAST_WIDTH || width === Infinity) return text;
  const most = Math.floor(width / 2);
  return text
    .split('\n')
    .map((line) => {
      const indent = hang ?? line.length - line.trimStart().length;
      return foldLine(line, width, Math.min(indent, most)).join('\n');
    })
    .join('\n');
}

function foldLine(line: string, width: number, hang: number): string[] {
  const lines: string[] = [];
  let begun = '';
  for (const [word] of line.matchAll(WORD)) {
    if (begun !== '' && stripVTControlCharacters(begun + word).length > width) {
      lines.push(begun);
      begun = ' '.repeat(hang) + word.trimStart();
    } else begun += word;
  }
  return [...lines, begun];
}
