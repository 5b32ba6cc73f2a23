/** What a suggested command says of the place that it is for. */
import type { Target } from '../aws/target.js';
import { shellWord } from '../shell-word.js';
import { serverUrl } from './flags.js';
import type { LabRecord } from './home.js';

/** The flags that say where, as far as they are given. */
interface Typed {
  readonly target?: Target['kind'] | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
}

/** The typed flags once more, ` --target aws --region us-east-1`; nothing where a command means that place without them too. */
export function repeatedFlags(typed: Typed, known: () => LabRecord | undefined): string {
  const words = inWords(typed);
  return words === '' || isMeantAnyway(typed, known()) ? '' : words;
}

/** The flags for a place that no record will say; nothing for the local AWS, which is then meant without any. */
export const flagsOf = ({ endpoint, ...place }: LabRecord): string =>
  place.target === 'local' ? '' : inWords({ ...place, endpointUrl: endpoint });

/**
 * A profile makes no other place: where it is of another account than the record's, the command is refused. Nor does a region
 * on the local AWS, but for its first start, by which it gets one for good.
 */
function isMeantAnyway({ target, region, endpointUrl }: Typed, known: LabRecord | undefined): boolean {
  const usual = known?.target ?? 'local';
  if (target !== undefined && target !== usual) return false;
  if (!known) return region === undefined;
  const isUsual = (said: string | undefined, usually: string | undefined): boolean =>
    said === undefined || said === usually;
  return (
    usual === 'local' ||
    (isUsual(region, known.region) && isUsual(endpointUrl && serverUrl(endpointUrl), known.endpoint))
  );
}

const inWords = ({ target, region, profile, endpointUrl }: Typed): string =>
  Object.entries({ target, region, profile, 'endpoint-url': endpointUrl })
    .map(([flag, value]) => (value === undefined ? '' : ` --${flag} ${shellWord(value)}`))
    .join('');
