import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { unreadableTag } from './tags.ts';

/** A field of a form for tags, each written as `owner=zhang`. */
export function TagsField({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name={name}
      label={t('tags.title')}
      extra={t('tags.hint')}
      rules={[
        {
          validator: async (_, written: string[] | undefined) => {
            const wrong = unreadableTag(written ?? []);
            if (wrong !== undefined) throw new Error(t('tags.unreadable', { tag: wrong }));
          },
        },
      ]}
    >
      <Select
        mode="tags"
        open={false}
        suffixIcon={null}
        tokenSeparators={[',']}
        placeholder="owner=zhang"
        maxCount={50}
      />
    </Form.Item>
  );
}
