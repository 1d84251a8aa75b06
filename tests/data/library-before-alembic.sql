-- A library as the release before Alembic left it, with a crawl under way; made by that release.
BEGIN TRANSACTION;
CREATE TABLE case_categories (
	case_id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	category VARCHAR NOT NULL, 
	PRIMARY KEY (case_id, version, category), 
	FOREIGN KEY(case_id, version) REFERENCES cases (case_id, version)
);
INSERT INTO "case_categories" VALUES('aws-示例银行-0',1,'对象存储');
INSERT INTO "case_categories" VALUES('aliyun-示例乙-0',1,'对象存储');
INSERT INTO "case_categories" VALUES('aws-示例银行-0',2,'对象存储');
CREATE TABLE cases (
	case_id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	current BOOLEAN NOT NULL, 
	withdrawn_run VARCHAR, 
	page_digest VARCHAR NOT NULL, 
	part INTEGER NOT NULL, 
	vendor VARCHAR NOT NULL, 
	customer_name VARCHAR NOT NULL, 
	customer_key VARCHAR NOT NULL, 
	industry VARCHAR, 
	company_size VARCHAR, 
	scenario VARCHAR, 
	lang VARCHAR NOT NULL, 
	tier INTEGER NOT NULL, 
	origin VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	data TEXT NOT NULL, 
	first_run VARCHAR NOT NULL, 
	last_run VARCHAR NOT NULL, 
	PRIMARY KEY (case_id, version)
);
INSERT INTO "cases" VALUES('aws-示例银行-0',1,0,NULL,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0',0,'aws','示例银行','示例银行','finance.banking','large','core-migration','en',1,'archive','https://example.com/示例银行','{"case_id":"aws-示例银行-0","page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","part":0,"customer_name":{"value":"示例银行","evidence":[{"quote":"示例银行","start":0,"end":4,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"vendor":{"value":"aws","evidence":[],"confidence":1.0,"method":"source.vendor","reason":null,"losers":[]},"categories":{"items":[{"value":"对象存储","evidence":[{"quote":"对象存储","start":9,"end":13,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"products":{"items":[{"value":"Amazon S3","evidence":[{"quote":"Amazon S3","start":14,"end":23,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"industry":{"value":"finance.banking","evidence":[{"quote":"finance.banking","start":29,"end":44,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"company_size":{"value":"large","evidence":[{"quote":"large","start":45,"end":50,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"scenario":{"value":"core-migration","evidence":[{"quote":"core-migration","start":51,"end":65,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"challenges":{"items":[{"value":"cost","evidence":[{"quote":"cost","start":24,"end":28,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"solution":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_stated","losers":[]},"benefits":{"items":[{"value":{"value":30.0,"unit":"%","direction":"down","subject":"cost","value_to":null,"value_from":null,"bound":""},"evidence":[{"quote":"30.0 %","start":66,"end":72,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"source_url":{"value":"https://example.com/示例银行","evidence":[{"quote":"https://example.com/示例银行","start":73,"end":97,"page_digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"maturity":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_looked_for","losers":[]},"published":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_looked_for","losers":[]},"customer_key":"示例银行","customer_aliases":[],"lang":"en","tier":1,"kind":"","proof":"","title":"","source_id":"id-示例银行","origin":"archive","rules":""}','import-before','import-before');
INSERT INTO "cases" VALUES('aliyun-示例乙-0',1,1,NULL,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690',0,'aliyun','示例乙','示例乙','finance.banking','large','core-migration','en',2,'archive','https://example.com/示例乙','{"case_id":"aliyun-示例乙-0","page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","part":0,"customer_name":{"value":"示例乙","evidence":[{"quote":"示例乙","start":0,"end":3,"page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"vendor":{"value":"aliyun","evidence":[],"confidence":1.0,"method":"source.vendor","reason":null,"losers":[]},"categories":{"items":[{"value":"对象存储","evidence":[{"quote":"对象存储","start":11,"end":15,"page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"products":{"items":[{"value":"Amazon S3","evidence":[{"quote":"Amazon S3","start":16,"end":25,"page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"industry":{"value":"finance.banking","evidence":[{"quote":"finance.banking","start":31,"end":46,"page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"company_size":{"value":"large","evidence":[{"quote":"large","start":47,"end":52,"page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"scenario":{"value":"core-migration","evidence":[{"quote":"core-migration","start":53,"end":67,"page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"challenges":{"items":[{"value":"cost","evidence":[{"quote":"cost","start":26,"end":30,"page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"solution":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_stated","losers":[]},"benefits":{"items":[],"reason":null},"source_url":{"value":"https://example.com/示例乙","evidence":[{"quote":"https://example.com/示例乙","start":68,"end":91,"page_digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"maturity":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_looked_for","losers":[]},"published":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_looked_for","losers":[]},"customer_key":"示例乙","customer_aliases":[],"lang":"en","tier":2,"kind":"","proof":"","title":"","source_id":"id-示例乙","origin":"archive","rules":""}','import-before','import-before');
INSERT INTO "cases" VALUES('aws-示例银行-0',2,1,NULL,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02',0,'aws','示例银行','示例银行','finance.insurance','large','core-migration','en',1,'archive','https://example.com/示例银行','{"case_id":"aws-示例银行-0","page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","part":0,"customer_name":{"value":"示例银行","evidence":[{"quote":"示例银行","start":0,"end":4,"page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"vendor":{"value":"aws","evidence":[],"confidence":1.0,"method":"source.vendor","reason":null,"losers":[]},"categories":{"items":[{"value":"对象存储","evidence":[{"quote":"对象存储","start":9,"end":13,"page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"products":{"items":[{"value":"Amazon S3","evidence":[{"quote":"Amazon S3","start":14,"end":23,"page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"industry":{"value":"finance.insurance","evidence":[{"quote":"finance.insurance","start":29,"end":46,"page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"company_size":{"value":"large","evidence":[{"quote":"large","start":47,"end":52,"page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"scenario":{"value":"core-migration","evidence":[{"quote":"core-migration","start":53,"end":67,"page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"challenges":{"items":[{"value":"cost","evidence":[{"quote":"cost","start":24,"end":28,"page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]}],"reason":null},"solution":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_stated","losers":[]},"benefits":{"items":[],"reason":null},"source_url":{"value":"https://example.com/示例银行","evidence":[{"quote":"https://example.com/示例银行","start":68,"end":92,"page_digest":"sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02","where":"body"}],"confidence":0.9,"method":"test.rule","reason":null,"losers":[]},"maturity":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_looked_for","losers":[]},"published":{"value":null,"evidence":[],"confidence":0.0,"method":"","reason":"not_looked_for","losers":[]},"customer_key":"示例银行","customer_aliases":[],"lang":"en","tier":1,"kind":"","proof":"","title":"","source_id":"id-示例银行","origin":"archive","rules":""}','import-later','import-later');
CREATE TABLE evidence (
	case_id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	field VARCHAR NOT NULL, 
	quote TEXT NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	page_digest VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	PRIMARY KEY (case_id, version, number), 
	FOREIGN KEY(case_id, version) REFERENCES cases (case_id, version)
);
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,0,'customer_name','示例银行',0,4,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,1,'categories','对象存储',9,13,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,2,'products','Amazon S3',14,23,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,3,'industry','finance.banking',29,44,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,4,'company_size','large',45,50,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,5,'scenario','core-migration',51,65,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,6,'challenges','cost',24,28,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,7,'benefits','30.0 %',66,72,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',1,8,'source_url','https://example.com/示例银行',73,97,'sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','body');
INSERT INTO "evidence" VALUES('aliyun-示例乙-0',1,0,'customer_name','示例乙',0,3,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','body');
INSERT INTO "evidence" VALUES('aliyun-示例乙-0',1,1,'categories','对象存储',11,15,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','body');
INSERT INTO "evidence" VALUES('aliyun-示例乙-0',1,2,'products','Amazon S3',16,25,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','body');
INSERT INTO "evidence" VALUES('aliyun-示例乙-0',1,3,'industry','finance.banking',31,46,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','body');
INSERT INTO "evidence" VALUES('aliyun-示例乙-0',1,4,'company_size','large',47,52,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','body');
INSERT INTO "evidence" VALUES('aliyun-示例乙-0',1,5,'scenario','core-migration',53,67,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','body');
INSERT INTO "evidence" VALUES('aliyun-示例乙-0',1,6,'challenges','cost',26,30,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','body');
INSERT INTO "evidence" VALUES('aliyun-示例乙-0',1,7,'source_url','https://example.com/示例乙',68,91,'sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',2,0,'customer_name','示例银行',0,4,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',2,1,'categories','对象存储',9,13,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',2,2,'products','Amazon S3',14,23,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',2,3,'industry','finance.insurance',29,46,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',2,4,'company_size','large',47,52,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',2,5,'scenario','core-migration',53,67,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',2,6,'challenges','cost',24,28,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02','body');
INSERT INTO "evidence" VALUES('aws-示例银行-0',2,7,'source_url','https://example.com/示例银行',68,92,'sha256:1fbe015aede4e7efe742bc17484f8776af39107fdc8ca05a3f25e84f30bf5c02','body');
CREATE TABLE frontier_known (
	vendor VARCHAR NOT NULL, 
	identity VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	etag VARCHAR NOT NULL, 
	last_modified VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	rules VARCHAR NOT NULL, 
	plan_key VARCHAR NOT NULL, 
	last_run VARCHAR NOT NULL, 
	gone BOOLEAN NOT NULL, 
	PRIMARY KEY (vendor, identity)
);
INSERT INTO "frontier_known" VALUES('aws','https://aws.amazon.com/a','https://aws.amazon.com/a','','','sha256:x','','','crawl-before',0);
CREATE TABLE frontier_requests (
	id INTEGER NOT NULL, 
	run_id VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	priority INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	owner VARCHAR NOT NULL, 
	lease_until FLOAT NOT NULL, 
	data TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	outcome VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (run_id, fingerprint)
);
INSERT INTO "frontier_requests" VALUES(1,'crawl-before','a','https://aws.amazon.com/a','done',0,1,'elsewhere:1:1',1.79576945715155839923e+09,'{}','[]','stored','');
INSERT INTO "frontier_requests" VALUES(2,'crawl-before','b','https://aws.amazon.com/b','leased',0,1,'elsewhere:1:1',1.79576945715155839923e+09,'{}','[]','','');
INSERT INTO "frontier_requests" VALUES(3,'crawl-before','c','https://www.example.com/c','pending',0,0,'',0.0,'{}','[]','','');
CREATE TABLE frontier_sightings (
	run_id VARCHAR NOT NULL, 
	listing VARCHAR NOT NULL, 
	step INTEGER NOT NULL, 
	cursor VARCHAR NOT NULL, 
	targets INTEGER NOT NULL, 
	declared INTEGER, 
	last BOOLEAN NOT NULL, 
	PRIMARY KEY (run_id, listing, step, cursor)
);
INSERT INTO "frontier_sightings" VALUES('crawl-before','directory',0,'0',3,3,1);
CREATE TABLE frontier_workers (
	vendor VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	until FLOAT NOT NULL, 
	PRIMARY KEY (vendor)
);
INSERT INTO "frontier_workers" VALUES('aws','elsewhere:1:1','crawl-before',1.7957694571523501873e+09);
CREATE TABLE meta (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('schema','1');
CREATE TABLE pages (
	digest VARCHAR NOT NULL, 
	vendor VARCHAR NOT NULL, 
	identity VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	rules VARCHAR NOT NULL, 
	archive VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	data TEXT NOT NULL, 
	first_run VARCHAR NOT NULL, 
	last_run VARCHAR NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "pages" VALUES('sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0','aws','id-示例银行','https://example.com/示例银行','rules 1','','示例银行
aws
对象存储
Amazon S3
cost
finance.banking
large
core-migration
30.0 %
https://example.com/示例银行','{"digest":"sha256:03c227294da1e0dd1f4659732782c0ab15fdc5e212432812c0876934d22385c0","vendor":"aws","url":"https://example.com/示例银行","text":"","lang":"zh","title":"","published":null,"media_type":"text/plain","source_id":"id-示例银行","tier":null,"kind":"","proof":"","fetched_at":null,"archive":"","reader":""}','import-before','import-before');
INSERT INTO "pages" VALUES('sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690','aliyun','id-示例乙','https://example.com/示例乙','rules 1','','示例乙
aliyun
对象存储
Amazon S3
cost
finance.banking
large
core-migration
https://example.com/示例乙','{"digest":"sha256:81afe11b5a990118a043d62487be838699710dea0e7bb295ca849561bc8a9690","vendor":"aliyun","url":"https://example.com/示例乙","text":"","lang":"zh","title":"","published":null,"media_type":"text/plain","source_id":"id-示例乙","tier":null,"kind":"","proof":"","fetched_at":null,"archive":"","reader":""}','import-before','import-before');
INSERT INTO "pages" VALUES('sha256:a8459f329d7a635235c8a7b6e5d689835a95846e89c87d295bf185cf004c44c4','aws','id-示例银行','https://example.com/示例银行','rules 2','','示例银行
aws
对象存储
Amazon S3
cost
finance.banking
large
core-migration
https://example.com/示例银行','{"digest":"sha256:a8459f329d7a635235c8a7b6e5d689835a95846e89c87d295bf185cf004c44c4","vendor":"aws","url":"https://example.com/示例银行","text":"","lang":"zh","title":"","published":null,"media_type":"text/plain","source_id":"id-示例银行","tier":null,"kind":"","proof":"","fetched_at":null,"archive":"","reader":""}','import-later','import-later');
CREATE TABLE rejections (
	identity VARCHAR NOT NULL, 
	part INTEGER NOT NULL, 
	code VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	vendor VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	source_id VARCHAR NOT NULL, 
	page_digest VARCHAR NOT NULL, 
	data TEXT NOT NULL, 
	first_run VARCHAR NOT NULL, 
	last_run VARCHAR NOT NULL, 
	PRIMARY KEY (identity, part)
);
INSERT INTO "rejections" VALUES('https://example.com/x',0,'no_customer','none','aws','https://example.com/x','','','{"code":"no_customer","detail":"none","vendor":"aws","url":"https://example.com/x","source_id":"","page_digest":"","part":0,"evidence":[]}','import-before','import-before');
CREATE TABLE runs (
	run_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	vendor VARCHAR NOT NULL, 
	"plan" TEXT NOT NULL, 
	status VARCHAR NOT NULL, 
	status_kind VARCHAR NOT NULL, 
	summary TEXT NOT NULL, 
	started_at VARCHAR NOT NULL, 
	ended_at VARCHAR, 
	PRIMARY KEY (run_id)
);
INSERT INTO "runs" VALUES('import-before','import','','{}','complete','','{}','2026-11-27T08:35:57+00:00','2026-11-27T08:35:57+00:00');
INSERT INTO "runs" VALUES('crawl-before','crawl','aws','{"category":"全部"}','running','','{}','2026-11-27T08:35:57+00:00',NULL);
CREATE INDEX ix_pages_url ON pages (url);
CREATE INDEX ix_pages_identity ON pages (identity);
CREATE INDEX ix_cases_page_digest ON cases (page_digest);
CREATE INDEX ix_cases_customer_key ON cases (customer_key);
CREATE INDEX ix_cases_vendor ON cases (vendor);
CREATE INDEX ix_rejections_code ON rejections (code);
CREATE INDEX ix_case_categories_category ON case_categories (category);
CREATE INDEX ix_frontier_next ON frontier_requests (run_id, state, priority, id);
COMMIT;
