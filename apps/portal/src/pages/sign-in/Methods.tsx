import type { AnswerOf } from '@pileus/api';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon.tsx';

export type Method = AnswerOf<'get /sign-in'>['methods'][number];

/** A button for each identity provider and directory of the organization. */
export function Methods({
  of,
  chosen,
  busy,
  onChoose,
}: {
  of: readonly Method[];
  /** The directory whose name and password are asked for now. */
  chosen: Method | undefined;
  busy: boolean;
  onChoose: (method: Method | undefined) => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {of
        .filter(({ id }) => id !== chosen?.id)
        .map((method) => (
          <Button
            key={method.id}
            className="other-way"
            icon={<Icon name={method.kind === 'oidc' ? 'outside' : 'folder'} />}
            size="large"
            block
            disabled={busy}
            onClick={() => onChoose(method)}
          >
            {t('methods.signInBy', { title: method.title })}
          </Button>
        ))}
      {chosen && (
        <Button className="other-way" size="large" block disabled={busy} onClick={() => onChoose(undefined)}>
          {t('methods.byPassword')}
        </Button>
      )}
    </>
  );
}
