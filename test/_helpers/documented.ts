/** What the help texts and the README tell the reader to type, and what they say is then printed. */
import { readFile } from 'node:fs/promises';
import { createProgram } from '../../src/cli/program.js';

/** The lines behind `$ ` in the help of every command; those of `down` last, as most others need a lab that is up. */
export function helpExamples(): string[] {
  const examples: string[] = [];
  const collect = (text: string): void => {
    for (const [, typed = ''] of text.matchAll(/^ {2}\$ (.+)$/gm)) examples.push(typed);
  };
  const { commands } = createProgram('1.0.0', () => undefined);
  const isDown = (command: { name(): string }): boolean => command.name() === 'down';
  for (const command of [...commands.filter((each) => !isDown(each)), ...commands.filter(isDown)])
    command.configureOutput({ writeOut: collect }).outputHelp();
  return examples;
}

/** A line to type, and the lines that are shown below it. */
export interface Shown {
  readonly typed: string;
  readonly printed: readonly string[];
}

/** A chapter of the README with what it has typed, in its order. */
export interface Chapter {
  readonly title: string;
  readonly shown: readonly Shown[];
}

/** The chapters of the README in which something is typed. */
export async function readmeChapters(): Promise<Chapter[]> {
  const text = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((chapter) => ({ title: /^.*/.exec(chapter)?.[0] ?? '', shown: shownIn(chapter) }))
    .filter(({ shown }) => shown.length > 0);
}

/** In indented blocks; `$ ` stands before what is typed where something is shown below it. */
function shownIn(chapter: string): Shown[] {
  const shown: { typed: string; printed: string[] }[] = [];
  for (const line of chapter.split('\n')) {
    const [, indented] = /^ {4}(.*)$/.exec(line) ?? [];
    if (indented === undefined) continue;
    const [, typed] = /^\$ (.+)$|^(?=npx lab-setup )(.+)$/.exec(indented)?.filter(Boolean) ?? [];
    if (typed === undefined) shown.at(-1)?.printed.push(indented);
    else shown.push({ typed, printed: [] });
  }
  return shown;
}

/** Text without what differs from run to run: ports, ids, keys, times. */
export const withoutChance = (text: string): string =>
  text
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/restapis\/[a-z0-9]{10}/g, 'restapis/API')
    .replace(/\d+(\.\d+)? (s|ms)\b/g, 'TIME');
