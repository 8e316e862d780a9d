import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copy } from './copy.ts';
import { Icon } from './Icon.tsx';

/** An id or an address in monospace, with a button that copies it. */
export function Copyable({
  text,
  children,
  shown = false,
}: {
  text: string;
  children?: React.ReactNode;
  shown?: boolean;
}) {
  return (
    <span className={`copyable ${shown ? 'shown' : ''}`}>
      {children ?? (
        <code className="ellipsis" title={text}>
          {text}
        </code>
      )}
      <CopyButton text={text} />
    </span>
  );
}

export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const label = copied ? t('action.copied') : t('action.copy');
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void copy(text).then(setCopied);
      }}
    >
      <Icon name={copied ? 'check' : 'copy'} size={14} />
    </button>
  );
}
