import { useState } from 'preact/hooks';

/** Switches between light and dark; without it the page has what the system prefers. */
export const ThemeButton = () => {
  const [theme, setTheme] = useState<'light' | 'dark'>();
  const isDark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const change = (): void => {
    const next = isDark ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = next;
    setTheme(next);
  };
  return (
    <button type="button" class="plain" aria-pressed={isDark} onClick={change}>
      Dark
    </button>
  );
};
