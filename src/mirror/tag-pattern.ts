/** What a template of tags can yield, as a regular expression for all of a tag; `parts` say what placeholders stand for. */
export const tagPattern = (template: string, parts: Readonly<Record<string, string>>): RegExp => {
  const source = template
    .split(/(\{\w+\})/)
    .map((text) => parts[text.slice(1, -1)] ?? text.replaceAll(SPECIAL, String.raw`\$&`));
  return new RegExp(`^${source.join('')}$`);
};

const SPECIAL = /[.*+?^${}()|[\]\\]/g;
