import { ReslimError } from '../base/errors.ts';

/**
 * Puts values of environment variables in place of `${NAME}`, and of `${NAME:-default}` where the variable is not set or
 * empty. `$${` stands for `${`. Throws `usage` for a variable that is not set and has no default; the message has no
 * values.
 */
export const expandVariables = (
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string =>
  text.replaceAll(/\$?\$\{(?:([^{}]*)\})?/g, (found: string, inside: string | undefined) => {
    if (found.startsWith('$$')) return found.slice(1);
    const [, name = '', fallback] = /^(\w+)(?::-(.*))?$/s.exec(inside ?? '') ?? [];
    if (name === '')
      throw new ReslimError('usage', `not a variable: ${found}`, {
        hint: 'write ${NAME} or ${NAME:-default}, and $${ where ${ itself is meant',
      });
    const value = env[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback !== undefined) return fallback;
    throw new ReslimError('usage', `${name} is not set`, {
      hint: `set it, or write \${${name}:-default}`,
    });
  });
