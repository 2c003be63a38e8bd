importScripts('{{kinds}}');
