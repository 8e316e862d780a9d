import { useTranslation } from 'react-i18next';

/** Grey lines in the place of what is being loaded. */
export function Bones({ lines }: { lines: number }) {
  const { t } = useTranslation();
  return (
    <div className="bones" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="bone" style={{ width: `${[38, 72, 56, 84, 64][line % 5]}%` }} />
      ))}
    </div>
  );
}
