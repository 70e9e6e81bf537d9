import { isScalar, visit, type Document, type Scalar } from 'yaml';

/** The scalars of a document that got other text. */
export interface ExpandedScalars {
  /**
   * Makes numbers and truth values of those at these paths that are written without quotes. Returns whether there were
   * any.
   */
  readonly retype: (paths: readonly (readonly PropertyKey[])[]) => boolean;
}

/**
 * Expands the text of all values that are text; keys stay. It happens after the document was parsed, so nothing that a
 * variable holds becomes YAML. What `expand` throws goes to `onError`, with the place of the value.
 */
export const expandScalars = (
  document: Document,
  expand: (text: string) => string,
  onError: (error: unknown, offset: number) => void,
): ExpandedScalars => {
  const plain = new Set<Scalar>();
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string') return;
      try {
        const text = expand(node.value);
        if (text === node.value) return;
        node.value = text;
        if (node.type === 'PLAIN') plain.add(node);
      } catch (error) {
        onError(error, node.range?.[0] ?? 0);
      }
    },
  });
  const retypeAt = (path: readonly PropertyKey[]): boolean => {
    const node = document.getIn(path, true);
    if (!isScalar(node) || !plain.has(node) || !TYPED.test(String(node.value))) return false;
    node.value = JSON.parse(String(node.value)) as unknown;
    return true;
  };
  return { retype: (paths) => paths.map(retypeAt).includes(true) };
};

const TYPED = /^(true|false|-?(0|[1-9]\d{0,14}))$/;
