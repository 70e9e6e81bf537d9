import { useEffect, useState } from 'preact/hooks';

/** Switches between light and dark; without it the page has what the system prefers. */
export const ThemeButton = () => {
  const [theme, setTheme] = useState<'light' | 'dark'>();
  const isDark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  useEffect(() => {
    if (theme) document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <button
      type="button"
      class="plain"
      aria-pressed={isDark}
      onClick={() => setTheme(isDark ? 'light' : 'dark')}
    >
      Dark
    </button>
  );
};
