import '{{kinds}}';
