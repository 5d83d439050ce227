DROP TABLE call_list_entries;
DROP TABLE call_list_members;
DROP TABLE call_lists;
