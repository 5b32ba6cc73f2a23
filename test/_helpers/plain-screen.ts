import { createScreen, type Screen, type ScreenOptions, type Voice } from '../../src/cli/screen.js';

type Stream = ScreenOptions['stdout'];

/** A screen without colours, whose commands are typed without npx, and for a lab; both streams are one where only one is given. */
export const plainScreen = (
  stdout: Stream,
  {
    stderr = stdout,
    voice = 'normal',
    lab = 'default',
  }: { stderr?: Stream; voice?: Voice; lab?: string } = {},
): Screen => {
  const reader = { byNpx: false, lab, placeFlags: () => '' };
  return createScreen({ stdout, stderr, stdin: () => ({}), voice, reader, color: false });
};
