import { isScalar, isSeq, parseDocument, YAMLSeq } from 'yaml';

/** What changes in one list. */
export interface ListEdit {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Edits lists of text at the top of a YAML document, whose other contents and comments stay. A list may be a single text, or
 * missing; one that becomes empty is left out. `text` must be a mapping, or empty.
 */
export const editLists = (text: string, edits: Readonly<Record<string, ListEdit>>): string => {
  const document = parseDocument(text);
  for (const [key, { add, remove }] of Object.entries(edits)) {
    if (add.length + remove.length === 0) continue;
    const list = listAt(document.get(key, true));
    list.items = list.items.filter(
      (item) => !(isScalar(item) && remove.includes(String(item.value))),
    );
    const known = new Set(list.items.map((item) => (isScalar(item) ? item.value : undefined)));
    for (const each of add) if (!known.has(each)) list.add(document.createNode(each));
    if (list.items.length > 0) document.set(key, list);
    else document.delete(key);
  }
  return document.contents === null ? text : document.toString({ lineWidth: 0 });
};

const listAt = (node: unknown): YAMLSeq => {
  if (isSeq(node)) return node;
  const list = new YAMLSeq();
  if (isScalar(node)) list.add(node);
  return list;
};
