import updateItem from 'dynalite/actions/updateItem.js';
import * as v from 'valibot';

type Path = readonly (string | number)[];

/** An update expression as dynalite's parser leaves it. */
const checkedSchema = v.looseObject({
  _updates: v.optional(
    v.looseObject({
      sections: v.array(
        v.looseObject({
          type: v.string(),
          path: v.array(v.union([v.string(), v.number()])),
          val: v.exactOptional(v.unknown()),
        }),
      ),
    }),
  ),
});

/**
 * dynalite's UpdateItem, which carries out an expression piece by piece, while every path of the expression means the item as
 * it was (developer guide, "Update expressions"). What is removed from a list moves what stands behind it, so what takes
 * something away comes last, and from the end of each list. And what is set to a part of the item is set to a copy of it.
 */
export const updateItemAsItWas: DynaliteAction = (store, input, callback) => {
  const { _updates, ...rest } = v.parse(checkedSchema, input);
  if (!_updates) {
    updateItem(store, input, callback);
    return;
  }
  const takesAway = ({ type }: { type: string }): boolean => type === 'remove' || type === 'delete';
  const all = withNearIndices(_updates.sections);
  const sections = [
    ...all.filter((section) => !takesAway(section)).map(withOwnValue),
    ...all.filter(takesAway).sort((a, b) => compare(b.path, a.path)),
  ];
  updateItem(store, { ...rest, _updates: { ..._updates, sections } }, callback);
};

/** No list is as long: an item has 400 KB at most, and an element a byte at least. */
const BEHIND_ALL_LISTS = 400 * 1024;

/**
 * What is set behind a list's end comes to its end, in the order of the indices. dynalite goes through all places up to there
 * first, half a minute of `SET l[999999999]`, so such an index becomes the least that keeps the order.
 */
function withNearIndices<S extends { readonly path: Path }>(sections: readonly S[]): S[] {
  const indices = new Set(sections.map(({ path }) => path.at(-1)).filter(isBehindAllLists));
  const near = new Map(
    [...indices].sort((a, b) => a - b).map((index, rank) => [index, BEHIND_ALL_LISTS + rank]),
  );
  return sections.map((section) => {
    const last = section.path.at(-1);
    const index = isBehindAllLists(last) ? near.get(last) : undefined;
    return index === undefined ? section : { ...section, path: [...section.path.slice(0, -1), index] };
  });
}

const isBehindAllLists = (step: string | number | undefined): step is number =>
  typeof step === 'number' && step >= BEHIND_ALL_LISTS;

/** dynalite puts the value in before it changes anything; of a part of the item that would change with the part. */
function withOwnValue<S extends { readonly val?: unknown }>(section: S): S {
  let { val } = section;
  return {
    ...section,
    get val() {
      return val;
    },
    set val(found) {
      val = structuredClone(found);
    },
  };
}

/** By the first step in which two paths differ, as two of one expression do. */
function compare(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [one, other] = [a[at], b[at]];
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one) < String(other) ? -1 : 1;
}
