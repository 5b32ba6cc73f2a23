import Sequencer from '@jest/test-sequencer';

/**
 * Jest's order of the suites, but for those of test/chaos, which come first. Each takes ten seconds and more, which jest learns
 * with the first run in a checkout: in that one the last of them ran alone at its end.
 */
export default class LongFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => path.includes('/test/chaos/');
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
