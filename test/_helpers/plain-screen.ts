import {
  createScreen,
  type Reader,
  type Screen,
  type ScreenOptions,
  type Voice,
} from '../../src/cli/screen.js';

type Stream = ScreenOptions['stdout'];

/**
 * A screen without colours, whose commands are typed without npx, and for a lab; both streams are one where only one is given.
 * `overwrites`: whether a terminal can be written over.
 */
export const plainScreen = (
  stdout: Stream,
  {
    stderr = stdout,
    voice = 'normal',
    lab = 'default',
    reader = { byNpx: false, lab, placeFlags: () => '' },
    overwrites = true,
  }: { stderr?: Stream; voice?: Voice; lab?: string; reader?: Reader; overwrites?: boolean } = {},
): Screen => createScreen({ stdout, stderr, stdin: () => ({}), voice, reader, color: false, overwrites });
