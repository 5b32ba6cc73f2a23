import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { interruption } from '../../src/cli/interruption.js';

test.each(['SIGINT', 'SIGTERM'])(
  'the first %s lets the command speak, the second ends the process',
  (name) => {
    const exits: number[] = [];
    const emitter = new EventEmitter();
    const signal = interruption({
      on: (heard, press) => emitter.on(heard, press),
      exit: (code) => exits.push(code),
    });

    const seen = [0, 1, 2].map((presses) => {
      if (presses > 0) emitter.emit(name);
      return { aborted: signal.aborted, exits: [...exits] };
    });

    expect(seen).toEqual([
      { aborted: false, exits: [] },
      { aborted: true, exits: [] },
      { aborted: true, exits: [130] },
    ]);
  },
);
