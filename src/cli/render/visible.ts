const CONTROL = /\r\n|\p{Cc}/gu;
const HARMLESS = ['\r\n', '\n', '\t'];
/** What follows an escape character in a colour. */
const COLOUR = /^\[[\d;]*m/;

/**
 * Text as a terminal may be given it. What the function logs, and what others write into names, messages and items, is theirs
 * to choose; a terminal would obey it, clear itself, write over what stands there or take another title. So its control
 * characters are shown as JSON writes them, but for line ends, tabs and colours.
 */
export const visible = (text: string): string =>
  text.replace(CONTROL, (found, at: number) => {
    const isColour = found === '\u001b' && COLOUR.test(text.slice(at + 1));
    if (isColour || HARMLESS.includes(found)) return found;
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
