import { machineLine, type Machine } from './machine.js';
import type { Goal, Row, Unit } from './row.js';

export type Format = 'table' | 'markdown' | 'json';

/** The whole run in one of three forms: for a terminal, for the README, for programs. */
export function report(
  format: Format,
  { machine, rows }: { machine: Machine; rows: readonly Row[] },
): string {
  if (format === 'json') return JSON.stringify({ machine, rows }, null, 2);
  const cells = [HEAD, ...rows.map(cellsOf)];
  const lines = format === 'markdown' ? markdown(cells) : columns(cells);
  return [machineLine(machine), '', ...lines].join('\n');
}

const HEAD = ['what', 'measured', 'floor', 'ratio', 'goal', 'met'];

function cellsOf({ what, unit, value, floor, ratio, goal, met }: Row): string[] {
  return [
    what,
    quantity(value, unit),
    floor ? `${floor.what}: ${quantity(floor.value, unit)}` : '',
    ratio === undefined ? '' : ratio.toFixed(2),
    goal ? goalText(goal, unit) : '',
    goal ? (met ? 'yes' : 'NO') : '',
  ];
}

const goalText = ({ of, bound, figure }: Goal, unit: Unit): string =>
  `${bound} ${of === 'ratio' ? `${figure} times` : quantity(figure, unit)}`;

const quantity = (value: number, unit: Unit): string =>
  `${Number(value.toFixed(value < 10 ? 1 : 0)).toLocaleString('en-US')} ${unit}`;

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}
