import type { ComponentChildren } from 'preact';

interface SearchBoxProps {
  /** What it is for, to those who do not see it. */
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What stands beside it. */
  readonly children: ComponentChildren;
}

/** The search above a table. */
export const SearchBox = ({ label, placeholder, text, onText, children }: SearchBoxProps) => (
  <div class="search">
    <label>
      <span class="unseen">{label}</span>
      <input
        type="search"
        placeholder={placeholder}
        value={text}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
    </label>
    {children}
  </div>
);
