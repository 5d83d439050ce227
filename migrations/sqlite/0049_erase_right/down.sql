UPDATE roles SET rights = replace(replace(rights, ',"erase"', ''), '"erase",', '');
