import { concealed } from '@pileus/model/sealed';
import { useTranslation } from 'react-i18next';
import { plain } from '../format/value.ts';

/** A value as code; of a secret only that there is one. */
export function PlainValue({ of }: { of: unknown }) {
  if (of === concealed) return <SecretValue />;
  return <code>{plain(of) || '–'}</code>;
}

/** Stands where a secret is that nobody is shown. */
export function SecretValue({ isOther = false }: { isOther?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className="quiet" title={t('secretValue.hint')}>
      {t(isOther ? 'secretValue.other' : 'secretValue.is')}
    </span>
  );
}
