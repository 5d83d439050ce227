SELECT set_config('app.workspace', '*', true);

UPDATE roles SET rights = replace(replace(rights, ',"erase"', ''), '"erase",', '');
