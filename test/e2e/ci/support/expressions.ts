import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What expressions can name: `inputs.image`, `steps.slim.outputs.digest`. */
export interface Contexts {
  readonly [name: string]: string | Contexts;
}

/** Puts the values of all `${{ … }}` into a text, as a runner of GitHub does. */
export const expand = (text: string, contexts: Contexts): string =>
  text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression, contexts, true).coerceString(),
  );

/** Whether a step runs: without a status function, only after steps that all went well. */
export const holds = (
  condition: string | undefined,
  contexts: Contexts,
  isSuccess: boolean,
): boolean => {
  const expression = (condition ?? '').replace(/^\$\{\{(.*)\}\}$/s, '$1').trim() || 'success()';
  const value = evaluate(expression, contexts, isSuccess);
  const asksForStatus = /\b(success|failure|always|cancelled)\(\)/.test(expression);
  return (asksForStatus || isSuccess) && value.coerceString() !== 'false' && isTruthy(value);
};

const isTruthy = (value: data.ExpressionData): boolean =>
  !['', '0', 'NaN'].includes(value.coerceString());

const evaluate = (
  expression: string,
  contexts: Contexts,
  isSuccess: boolean,
): data.ExpressionData => {
  const functions = Object.entries({
    success: isSuccess,
    failure: !isSuccess,
    always: true,
    cancelled: false,
  }).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const named = new Map(functions.map((definition) => [definition.name, definition]));
  return new Evaluator(tree, dictionary(contexts), named).evaluate();
};

const dictionary = (contexts: Contexts): data.Dictionary =>
  new data.Dictionary(
    ...Object.entries(contexts).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? new data.StringData(value) : dictionary(value),
    })),
  );
