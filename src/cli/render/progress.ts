import type { Ora } from 'ora';
import type { EngineEvent, Listener, StepReport } from '../../engine/events.js';
import type { Edge } from '../edge.js';
import type { Screen } from '../screen.js';
import { stepLines } from './lines.js';
import { visible } from './visible.js';

/** Shows the steps as they end, in the tutorial's order, and what is being waited for. */
export interface Progress {
  readonly listener: Listener;
  /** Says what is being done outside the steps. */
  busy(text: string): void;
  /** Takes the spinner away; lines that were held back are shown. Ctrl-C does so too, and then nothing more is shown. */
  end(): void;
}

/**
 * `lines`: the ids of the steps whose lines are shown, in their order.
 * With a spinner on a terminal, as plain lines elsewhere, not at all with `--quiet` and `--json`.
 */
export async function createProgress(
  { screen, terminal, signal }: Pick<Edge, 'screen' | 'terminal' | 'signal'>,
  lines: readonly string[] | 'spinner only',
): Promise<Progress> {
  const spinner = screen.animated ? await startSpinner(screen, terminal().output) : undefined;
  const print = (line: string): void => {
    spinner?.clear();
    screen.progress(line);
    spinner?.render();
  };
  const waiting = new Map<string, string>();
  const said = new Set<string>();
  const queue = inOrder(lines === 'spinner only' ? [] : lines, (report) => {
    if (lines === 'spinner only') return;
    for (const line of stepLines(report, screen.err)) print(line);
  });
  const show = (): void => {
    if (!spinner) return;
    const texts = [...waiting].map(([step, text]) => (text === '' ? step : `${step}: ${text}`));
    spinner.text = visible(texts.join(' · '));
  };
  const end = (): void => {
    signal.removeEventListener('abort', end);
    queue.flush();
    spinner?.stop();
  };
  signal.addEventListener('abort', end);
  const hear = (event: EngineEvent): void => {
    // What steps still tell after Ctrl-C comes of it; the error that reports it is the last word.
    if (signal.aborted) return;
    if (event.kind === 'started') waiting.set(event.step, '');
    if (event.kind === 'finished') {
      waiting.delete(event.report.id);
      queue.add(event.report);
    }
    if (event.kind === 'note') {
      waiting.set(event.step, event.text);
      const line = `   ${event.step}: ${event.text}`;
      // Said once: a pipe has no line that could be overwritten.
      if (!spinner && !said.has(line)) print(screen.err.prose(line));
      said.add(line);
    }
    show();
  };
  return {
    listener: hear,
    busy: (text) => {
      if (spinner && !signal.aborted) spinner.text = text;
    },
    end,
  };
}

async function startSpinner({ colored }: Screen, stream: NodeJS.WritableStream): Promise<Ora> {
  const { default: ora } = await import('ora');
  return ora({ stream, discardStdin: false, text: 'looking', color: colored ? 'cyan' : false }).start();
}

/** Steps end in any order; their lines come in the tutorial's. */
function inOrder(
  ids: readonly string[],
  show: (report: StepReport) => void,
): { add(report: StepReport): void; flush(): void } {
  const held = new Map<string, StepReport>();
  let next = 0;
  return {
    add: (report) => {
      held.set(report.id, report);
      for (let id = ids[next]; id !== undefined && held.has(id); id = ids[next]) {
        const ready = held.get(id);
        if (ready) show(ready);
        held.delete(id);
        next += 1;
      }
    },
    flush: () => {
      for (const id of ids) {
        const late = held.get(id);
        if (late) show(late);
      }
      for (const [id, report] of held) if (!ids.includes(id)) show(report);
      held.clear();
    },
  };
}
