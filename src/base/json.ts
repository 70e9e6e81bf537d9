/** The object a JSON text is; `undefined` for anything else. */
export const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value, or nothing at all where an object should be and is not. */
export const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});
